// When a training is saved, and what is read back at its start. Relies on the form of checkpoints; what is in one is
// the business of the loop.

import type { Checkpoint, SessionState, Shapes } from './checkpoint.ts';
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';
import type { CheckpointOptions } from './checkpoint-options.ts';
import { checkpointError } from './course.ts';
import type { TrainableSession } from './trainable.ts';

/** Saves a training now and then. */
export interface Checkpointer {
  /** What the store holds; `undefined` for nothing, or when training shall begin anew. */
  load(): Promise<Checkpoint | undefined>;
  /** To be called after every step and every epoch: saves when it is time, and gives a promise only then. */
  after(what: 'step' | 'epoch'): Promise<void> | undefined;
  /** Saves what has changed since it was saved last. */
  save(): Promise<void>;
}

/** Makes the saver; `capture` gives what there is to save. */
export function checkpointer(
  session: TrainableSession<never>,
  { store, every = { epochs: 1 }, resume = true, extras = {} }: CheckpointOptions,
  capture: () => Omit<Checkpoint, 'extras'>,
): Checkpointer {
  const { epochs = Infinity, steps = Infinity, seconds = Infinity } = every;
  const since = { epochs: 0, steps: 0, begun: performance.now() };
  let hasChanged = false;
  let shapes: Shapes | undefined;

  const save = async (): Promise<void> => {
    shapes ??= shapesOf(session);
    const bytes = encodeCheckpoint({ ...capture(), extras }, shapes);
    await store.write(bytes);
    Object.assign(since, { epochs: 0, steps: 0, begun: performance.now() });
    hasChanged = false;
  };
  return {
    async load() {
      if (!resume) return undefined;
      const bytes = await store.read();
      return bytes === undefined ? undefined : decodeCheckpoint(bytes);
    },
    after(what) {
      hasChanged = true;
      if (what === 'epoch') since.epochs++;
      else since.steps++;
      const isDue =
        since.epochs >= epochs ||
        since.steps >= steps ||
        (seconds !== Infinity && performance.now() - since.begun >= seconds * 1000);
      return isDue ? save() : undefined;
    },
    save: async () => {
      if (hasChanged) await save();
    },
  };
}

/**
 * A session's snapshot as what can be written to a file.
 * @throws DeclarationError `E_CHECKPOINT` for sessions whose snapshots are something else
 */
export function sessionState(snapshot: unknown): SessionState {
  const { model, values } = Object(snapshot) as Partial<SessionState>;
  if (
    typeof model === 'string' &&
    Object.values(Object(values) as object).every((data) => ArrayBuffer.isView(data))
  ) {
    return snapshot as SessionState; // what the line above has looked at
  }
  throw checkpointError(
    'the snapshot of the session is not { model, values: typed arrays by name }, which checkpoints are made of',
    'pass a session of a compiled program',
  );
}

function shapesOf(session: TrainableSession<never>): Shapes {
  return Object.fromEntries(
    Object.entries({ ...session.parameters?.(), ...session.state?.() }).map(([name, { shape }]) => [
      name,
      shape,
    ]),
  );
}
