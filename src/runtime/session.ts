// A session: one set of parameters and state in one arena, and the entry points over it. Feeds are checked before
// anything is copied, and a step in its steady state allocates nothing.
import { DeclarationError } from '../ir/errors.ts';
import { frame } from '../ir/frame.ts';
import type { Build } from '../compiler/build-options.ts';
import type { Compilation, EntryName } from '../compiler/compilation.ts';
import type { Profile } from '../compiler/profile.ts';
import { concreteShape, type Sizes } from '../ir/size.ts';
import { topologicalOrder, type Tensor } from '../ir/node.ts';
import { publicName } from '../kernels/names.ts';
import { badOption, checkNames } from '../ops/option.ts';
import { inputOp, isLeafOf, nameOf } from '../ops/leaf.ts';
import { openArena, type StateArrays } from './arena.ts';
import { checkAssignment } from './assignment.ts';
import {
  checkFeeds,
  checkPositions,
  feedSlot,
  specifyInputs,
  type FeedOptions,
  type Feeds,
  type FeedSlot,
} from './feeds.ts';
import type { BoundEntry, FeedArray } from './instantiate.ts';
import { runOf } from './fault.ts';
import { runGuarded } from './guard.ts';
import { inferSizes } from './sizes.ts';
import { checkProfileOptions, profileEntry, type ProfileOptions } from './profiler.ts';
import type { Specialisation } from './specialisation.ts';

/** Options of `program.start`. */
export interface SessionOptions {
  /** Seed of initial values and of all random numbers, a whole number; default 0. */
  readonly seed?: number;
  /** Refuse NaN and infinities in fed numbers; default false. */
  readonly requireFinite?: boolean;
}

/** A tensor that was computed: row-major elements and their shape. */
export interface NumericTensor {
  readonly data: FeedArray;
  readonly shape: readonly number[];
}

/** All that a session carries from step to step, copied. */
export interface Snapshot {
  readonly model: string;
  readonly values: Readonly<Record<string, FeedArray>>;
}

/** The loss and the metrics by name, in an object that the next call of the same entry uses again. */
export type Results<Metrics extends string = string> = Readonly<Record<Metrics, number>> & {
  readonly loss: number;
};

/** A program with its state: it trains, evaluates and predicts. */
export interface Session<Metrics extends string = string, Outputs extends string = string> {
  /** Takes one training step. The object that it returns is reused by the next step. @throws {FeedError} */
  step(feeds: Feeds): Results<Metrics>;
  /** The loss and the metrics, dropout off and running statistics in use; changes nothing. @throws {FeedError} */
  evaluate(feeds: Feeds): Results<Metrics>;
  /** The outputs, as new arrays. @throws {FeedError} */
  predict(feeds: Feeds): Readonly<Record<Outputs, NumericTensor>>;
  /**
   * What each kernel of an entry takes and does, measured over many runs on the same feeds. The session is afterwards
   * as it was before.
   * @throws {FeedError} as the entry does; {@link DeclarationError} `E_OPTION`, `E_NO_ENTRY`
   */
  profile(feeds: Feeds, options?: ProfileOptions): Profile;
  /** Parameters, optimizer state, running statistics and counters, copied; doubles where the interpreter runs. */
  snapshot(): Snapshot;
  /**
   * Puts a snapshot of the same model back, whatever target it was taken on: floats are rounded where they have to be.
   * @throws {DeclarationError} `E_SNAPSHOT`
   */
  restore(snapshot: Snapshot): void;
  /** Parameters by name, copied, with their shapes. */
  parameters(): Readonly<Record<string, NumericTensor>>;
  /** All state beside the parameters by name, copied: moments, running statistics, averages, adjustable rates. */
  state(): Readonly<Record<string, NumericTensor>>;
  /**
   * The part of the state that belongs to the model, by name, copied: running statistics and whatever else its layers
   * keep. Weights are the parameters and these.
   */
  buffers(): Readonly<Record<string, NumericTensor>>;
  /**
   * Sets parameters and state by name; what is not named stays. The average of a parameter that is set becomes that
   * parameter, unless it is named itself.
   * @example
   * session.assign({ 'iris/linear1.weight': weight, lr: 0.01 });
   * @throws {DeclarationError} `E_UNKNOWN_LEAF`; {@link FeedError} for shapes and dtypes that do not fit. Nothing is
   * changed then.
   */
  assign(values: Feeds): void;
  /** Number of steps taken. */
  readonly steps: number;
  /**
   * Digits that are the same for programs whose steps compute the same from equal state: model, loss, penalties, gradient
   * transforms, optimizer with its options, averages, and the arithmetic. A checkpoint tells by them whether it fits.
   */
  readonly fingerprint: string;
  /**
   * Threads that would take part in a run now: those of the program, or 1 while the others are still getting ready,
   * where there are no kernels to divide, and once the session is closed or a thread has failed.
   */
  readonly threads: number;
  /**
   * Ends all threads but the one that calls. Nothing has to be closed: threads sleep between steps, do not keep a
   * program from ending, and end with a session that nobody holds. A closed session goes on, with one thread.
   */
  close(): void;
  /** Closes the session: `using session = program.start()`. */
  [Symbol.dispose](): void;
}

/** An entry point of a session, with what it keeps between calls. */
interface Runner {
  readonly name: EntryName;
  readonly slots: readonly FeedSlot[];
  readonly options: FeedOptions;
  bound: BoundEntry | null;
  /** The memory that it is bound to. */
  buffer: ArrayBufferLike | null;
  current: Specialisation | null;
  /** The sizes that `current` was chosen for. */
  sizes: Sizes;
  /** Lengths of the flat feeds that `current` was chosen for; feeds of the same lengths need no look-up. */
  readonly lengths: number[];
  readonly results: Record<string, number>;
}

/** Everything about a program that a session needs. */
export interface SessionProgram {
  readonly symbolic: Compilation;
  readonly modelHash: () => string;
  readonly fingerprint: () => string;
  readonly specialise: (sizes: Sizes) => Specialisation;
  readonly defaultSizes: Sizes;
  readonly build: Build;
}

export function startSession<Metrics extends string, Outputs extends string>(
  program: SessionProgram,
  options: SessionOptions,
): Session<Metrics, Outputs> {
  checkNames('start', options, ['seed', 'requireFinite']);
  const { seed = 0, requireFinite = false } = options;
  if (!Number.isInteger(seed) || seed < -(2 ** 31) || seed >= 2 ** 32) {
    throw new DeclarationError(
      'E_OPTION',
      `start: the seed is ${seed}; it has to be a whole number of 32 bits`,
    );
  }
  const { symbolic, specialise, modelHash, build } = program;
  const arena = openArena(seed, build.threads);
  const runners = new Map(
    symbolic.entries
      .filter((entry) => entry.name !== 'initialise')
      .map(
        (entry) =>
          [entry.name, runnerOf(symbolic, entry.name, requireFinite || build.guard === 'finite')] as const,
      ),
  );

  /** The state, drawn at the program's own sizes if nothing has run before. */
  const stateOf = (): StateArrays => {
    if (arena.state === null) arena.bind(specialise(program.defaultSizes), 'initialise');
    return arena.state ?? {};
  };

  const prepare = (name: EntryName, feeds: Feeds): Runner & { readonly bound: BoundEntry } => {
    const runner = runners.get(name);
    if (runner === undefined) throw absent(name);
    checkFeeds(name, feeds, runner.slots, runner.options);
    const sizes = isSameSize(runner)
      ? runner.sizes
      : { ...program.defaultSizes, ...Object.fromEntries(inferSizes(name, runner.slots)) };
    checkPositions(name, runner.slots, sizes);
    if (sizes !== runner.sizes) {
      const next = specialise(sizes);
      if (next !== runner.current) runner.bound = null;
      runner.current = next;
      runner.sizes = sizes;
      // A flat feed tells less than one with a shape, so that its length alone says nothing after one of those.
      runner.slots.forEach(({ data, shape }, position) => {
        runner.lengths[position] = shape === null ? data.length : -1;
      });
    }
    const { current } = runner;
    if (current === null) throw absent(name);
    if (runner.bound === null || runner.buffer !== arena.buffer) {
      const bound = arena.bind(current, name);
      if (bound === undefined) throw absent(name);
      runner.bound = bound;
      runner.buffer = arena.buffer;
    }
    for (const slot of runner.slots) runner.bound.inputs[slot.specification.name]?.set(slot.data);
    // It is bound now, and returned as it is: a step makes no new object.
    return runner as Runner & { readonly bound: BoundEntry };
  };

  /** Runs what is bound and fed; under guard kernel by kernel. */
  const runBound = ({ name, bound, current }: Runner & { readonly bound: BoundEntry }): void => {
    const { guard, target, threads } = build;
    const timed =
      guard === null || target === 'interpreter' || current === null
        ? undefined
        : arena.bindTimed(current, name);
    if (guard === null || timed === undefined || current === null || arena.buffer === null) {
      bound.run();
      return;
    }
    const state = stateOf();
    const run = runOf(name, state['step']?.[0]);
    const { compilation } = current;
    runGuarded({ compilation, entry: name, timed, state, memory: arena.buffer, guard, threads, run });
  };

  const run = (name: 'step' | 'evaluate', feeds: Feeds): Results<Metrics> => {
    const runner = prepare(name, feeds);
    const { bound } = runner;
    runBound(runner);
    for (const output in bound.outputs) runner.results[output] = bound.outputs[output]?.[0] ?? Number.NaN;
    // The entry's outputs are the loss and the metrics of the declaration.
    return runner.results as Results<Metrics>;
  };

  return Object.freeze({
    step: (feeds: Feeds) => run('step', feeds),
    evaluate: (feeds: Feeds) => run('evaluate', feeds),
    predict: (feeds: Feeds) => {
      const runner = prepare('predict', feeds);
      const { bound } = runner;
      runBound(runner);
      const entry = runner.current?.entries.find((each) => each.name === 'predict');
      const tensors = (entry?.outputs ?? []).map(({ name, tensor }) => {
        const data = bound.outputs[name]?.slice() ?? new Float32Array(0);
        return [name, { data, shape: concreteShape(tensor.shape) }] as const;
      });
      // The entry's outputs are named after the keys of the declaration.
      return Object.fromEntries(tensors) as Record<Outputs, NumericTensor>;
    },
    profile: (feeds: Feeds, profileOptions: ProfileOptions = {}) => {
      const { entry, runs } = checkProfileOptions(profileOptions, (name) => runners.has(name));
      const { target, numerics, threads } = build;
      if (target === 'interpreter') {
        const expectation = "takes a program that is compiled for 'wasm' or 'js'";
        throw badOption('profile', 'the interpreter runs no kernels', expectation);
      }
      const { current } = prepare(entry, feeds);
      const timed = current === null ? undefined : arena.bindTimed(current, entry);
      if (current === null || timed === undefined) throw absent(entry);
      const { compilation } = current;
      return profileEntry({
        compilation,
        build: { target, numerics, threads },
        entry,
        timed,
        state: stateOf(),
        runs,
      });
    },
    snapshot: () => ({
      model: modelHash(),
      values: Object.fromEntries(Object.entries(stateOf()).map(([name, values]) => [name, values.slice()])),
    }),
    restore: (snapshot: Snapshot) => {
      const state = stateOf();
      checkSnapshot(snapshot, modelHash(), state);
      for (const [name, values] of Object.entries(snapshot.values)) state[name]?.set(values);
    },
    parameters: () => copies(symbolic.parameters, stateOf()),
    state: () => copies(symbolic.states, stateOf()),
    buffers: () => copies(buffersOf(symbolic), stateOf()),
    assign: (values: Feeds) => {
      const slots = checkAssignment(symbolic, values);
      const state = stateOf();
      for (const { name, data } of slots) state[name]?.set(data);
    },
    get steps() {
      return arena.state?.['step']?.[0] ?? 0;
    },
    get fingerprint() {
      return program.fingerprint();
    },
    get threads() {
      return arena.threads;
    },
    close: () => arena.close(),
    [Symbol.dispose]: () => arena.close(),
  });
}

function copies(leaves: readonly Tensor[], state: StateArrays): Readonly<Record<string, NumericTensor>> {
  const tensors = leaves.map((leaf) => {
    const name = publicName({ tensor: leaf });
    const data = state[name]?.slice() ?? new Float32Array(0);
    return [name, { data, shape: concreteShape(leaf.shape) }] as const;
  });
  return Object.fromEntries(tensors);
}

/** State that the model's outputs depend on while training or after it; of a program without outputs, its loss. */
function buffersOf({ captured, states, counters }: Compilation): readonly Tensor[] {
  const { loss, outputs } = captured;
  const roots = outputs.length > 0 ? outputs.map(({ tensor }) => tensor) : loss === null ? [] : [loss];
  const used = new Set(topologicalOrder(roots));
  return states.filter((leaf) => used.has(leaf) && leaf !== counters.step && leaf !== counters.seed);
}

function runnerOf(symbolic: Compilation, name: EntryName, requireFinite: boolean): Runner {
  const entry = symbolic.entries.find((each) => each.name === name);
  const used =
    entry === undefined ? [] : topologicalOrder(rootsOfRun(entry)).filter((node) => isLeafOf(inputOp, node));
  const inputs = symbolic.inputs.filter((input) => used.some((each) => nameOf(each) === nameOf(input)));
  const slots = specifyInputs(inputs, symbolic.ranges).map(feedSlot);
  const unused = symbolic.inputs
    .map(nameOf)
    .filter((each) => !inputs.some((input) => nameOf(input) === each));
  return {
    name,
    slots,
    options: { requireFinite, unused },
    bound: null,
    buffer: null,
    current: null,
    sizes: {},
    lengths: [],
    results: {},
  };
}

/** What an entry has to compute: what it hands out and what it updates. */
function rootsOfRun(entry: Compilation['entries'][number]): readonly Tensor[] {
  return [...entry.outputs.map((output) => output.tensor), ...entry.updates.map((update) => update.next)];
}

/** Whether flat feeds have the lengths of the last call, so that all sizes are the same. */
function isSameSize(runner: Runner): boolean {
  if (runner.current === null) return false;
  for (let position = 0; position < runner.slots.length; position++) {
    const slot = runner.slots[position];
    if (slot === undefined || slot.data.length !== runner.lengths[position] || slot.shape !== null)
      return false;
  }
  return true;
}

function absent(name: EntryName): DeclarationError {
  const needs: Readonly<Record<EntryName, string>> = {
    initialise: 'compile({ outputs })',
    step: 'compile({ loss, optimizer: adam() })',
    evaluate: 'compile({ loss })',
    predict: 'compile({ outputs: { y } })',
  };
  const message = frame(`${name}: the program was compiled without what ${name} needs`, [], needs[name]);
  return new DeclarationError('E_NO_ENTRY', message, { help: needs[name] });
}

function checkSnapshot(
  snapshot: Snapshot | undefined,
  modelHash: string,
  state: Readonly<Record<string, FeedArray>>,
): void {
  const names = Object.keys(state);
  const given = Object.keys(snapshot?.values ?? {});
  const fits =
    snapshot?.model === modelHash &&
    names.length === given.length &&
    names.every((name) => {
      const [saved, current] = [snapshot.values[name], state[name]];
      return isOfKind(saved, current) && saved?.length === current?.length;
    });
  if (fits) return;
  throw new DeclarationError('E_SNAPSHOT', 'restore: the snapshot is of another model; nothing was changed');
}

/** Whether an array may be put back into another: floats of any precision into floats. */
function isOfKind(saved: FeedArray | undefined, current: FeedArray | undefined): boolean {
  const isFloat = (array: FeedArray | undefined): boolean =>
    array instanceof Float32Array || array instanceof Float64Array;
  return saved?.constructor === current?.constructor || (isFloat(saved) && isFloat(current));
}
