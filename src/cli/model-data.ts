// The data of a command: those of the model file, or rows of a file in their place.

import type { Dataset } from '../data/index.ts';
import { split } from '../data/index.ts';
import type { Call } from './command.ts';
import { classNamesIn } from './data-check.ts';
import type { columnOptions, labelOptions } from './data-file.ts';
import { readRows } from './data-file.ts';
import { CommandError } from './failure.ts';
import type { ModelData, ModelFile } from './model-file.ts';
import { classLabelInput, inputsOf } from './model-inputs.ts';
import { text } from './option.ts';

/** Rows in place of the model's own data. */
export const dataOption = {
  data: text('file', "rows in place of the model's own data: .csv, .jsonl or .npz"),
};

type DataCall = Call<typeof dataOption & typeof columnOptions & typeof labelOptions>;

/** Datasets by the names of their parts; those of a function of the epoch are the ones of its first epoch. */
export async function modelParts(
  model: ModelFile,
  call: DataCall,
): Promise<Readonly<Record<string, Dataset>>> {
  if (call.options.data !== undefined) {
    return { [call.options.data]: await rowsOfFile(model, call.options.data, call) };
  }
  const { train, validation, test } = await ownData(model);
  const first = typeof train === 'function' ? train(0) : { train };
  const parts = {
    ...first,
    ...(validation === undefined ? {} : { validation }),
    ...(test === undefined ? {} : { test }),
  };
  return parts;
}

/** The data of the model file. @throws CommandError `E_MODEL_EXPORT` where it has none */
export async function ownData(model: ModelFile): Promise<ModelData> {
  if (model.data !== undefined) return model.data();
  throw new CommandError(
    'E_MODEL_EXPORT',
    `${model.name} exports no data`,
    'export them: export const data = { train, validation, test }; or name a file: --data rows.csv',
  );
}

/** The rows of a file, as the model is fed with them: prepared as the model file says. */
export async function rowsOfFile(model: ModelFile, file: string, call: DataCall): Promise<Dataset> {
  const raw = await readRows({
    file,
    inputs: inputsOf(model.program),
    labelled: true,
    options: call.options,
    classNames: await knownClassNames(model),
    terminal: call.terminal,
  });
  return model.prepare(raw);
}

/** The names of the classes, as the model's own data give them. */
export async function knownClassNames(model: ModelFile): Promise<readonly string[] | undefined> {
  const label = classLabelInput(model.program)?.name;
  if (label === undefined || model.data === undefined) return undefined;
  const { train, validation, test } = await model.data();
  const parts = [typeof train === 'function' ? train(0).train : train, validation, test];
  return parts.map((part) => classNamesIn(part, label)).find((names) => names !== undefined);
}

/** Cuts rows into parts to train on, to validate and to test, in random order. */
export function splitRows(rows: Dataset, ratios: readonly number[], seed: number): ModelData {
  const [train = rows, validation, test] = split(rows, ratios, { seed });
  return {
    train,
    ...(validation === undefined ? {} : { validation }),
    ...(test === undefined ? {} : { test }),
  };
}
