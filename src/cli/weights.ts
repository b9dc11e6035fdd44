// The weights of a run as a file, and a session that has them.

import { join } from 'node:path';
import { encodeWeights, loadWeights } from '../io/index.ts';
import type { LoadedWeights } from '../io/index.ts';
import { DataError } from '../ir/errors.ts';
import { contentOf } from '../node/file-content.ts';
import type { Session } from '../runtime/session.ts';
import { existsSync } from 'node:fs';
import { classNamesIn } from './data-check.ts';
import { CommandError } from './failure.ts';
import type { ModelFile } from './model-file.ts';
import { classLabelInput } from './model-inputs.ts';
import { knownClassNames } from './model-data.ts';
import { text } from './option.ts';
import { pathFrom } from './result.ts';
import type { Terminal } from './terminal.ts';
import type { Dataset } from '../data/index.ts';

/** Where `train` leaves weights, and where `evaluate` and `predict` look for them. */
const defaultWeights = join('out', 'model.safetensors');

/** The weights to use. */
export const weightsOption = {
  weights: text('file', `the weights, as train leaves them; default ${defaultWeights}`, 'w'),
};

/** The bytes of a weights file, with the names of the classes beside the weights. */
export function weightsOf(session: Session, model: ModelFile, source: Dataset): Uint8Array {
  const label = classLabelInput(model.program)?.name;
  const classNames = label === undefined ? undefined : classNamesIn(source, label);
  return encodeWeights(session, classNames === undefined ? {} : { extras: { classNames } });
}

/** A session with weights, and what its classes are called. */
export interface TrainedSession {
  readonly session: Session;
  readonly classNames: readonly string[] | undefined;
}

/**
 * Starts a session with the weights of a file.
 * @throws CommandError `E_NO_WEIGHTS`; what `loadWeights` throws where they do not fit
 */
export async function trainedSession(
  model: ModelFile,
  file: string | undefined,
  terminal: Terminal,
): Promise<TrainedSession> {
  const name = file ?? defaultWeights;
  const path = pathFrom(terminal, name);
  if (!existsSync(path)) {
    throw new CommandError(
      'E_NO_WEIGHTS',
      `there are no weights ${name}`,
      `tapeless train ${model.name} makes them; or name the file: --weights model.safetensors`,
    );
  }
  const session = model.program.start({ requireFinite: true });
  const { extras } = loadFitting(session, await contentOf(path), name, model.name);
  const { classNames } = extras;
  const isNamed = Array.isArray(classNames) && classNames.every((each) => typeof each === 'string');
  return { session, classNames: isNamed ? classNames : await knownClassNames(model) };
}

/** Loads weights; where they do not fit, the help is about files, since a command has no options of `loadWeights`. */
function loadFitting(session: Session, bytes: Uint8Array, file: string, modelName: string): LoadedWeights {
  try {
    return loadWeights(session, bytes, { file });
  } catch (error) {
    if (!(error instanceof DataError) || error.code !== 'E_WEIGHTS_MISMATCH') throw error;
    const [problem = error.message] = error.message.split('\n\n  help: ');
    throw new CommandError(
      error.code,
      problem,
      `were they trained by another version of the model? tapeless train ${modelName} makes new ones; ` +
        'or name another file: --weights model.safetensors',
      error,
    );
  }
}
