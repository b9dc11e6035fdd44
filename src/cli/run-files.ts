// What a run leaves in its folder: history, curves, confusion matrix, code, weights and the report.

import { join } from 'node:path';
import type { ColumnData, Dataset, NumericArray } from '../data/index.ts';
import type { Session } from '../runtime/session.ts';
import type { History, Measures, PredictionData } from '../train/index.ts';
import { confusionCounts, predictAll } from '../train/index.ts';
import { confusionMatrix } from '../viz/index.ts';
import { scoreOutput } from './class-guesses.ts';
import type { Call } from './command.ts';
import { classNamesIn } from './data-check.ts';
import type { ModelData, ModelFile } from './model-file.ts';
import { classLabelInput } from './model-inputs.ts';
import { writeFileFor } from './result.ts';
import { weightsOf } from './weights.ts';
import { runReport } from './run-report.ts';
import { runCurves } from './run-curves.ts';
import type { trainingOptions } from './training-options.ts';

/** A run that is over. */
export interface FinishedRun {
  readonly call: Call<typeof trainingOptions>;
  readonly folder: string;
  readonly model: ModelFile;
  readonly data: ModelData;
  readonly session: Session;
  readonly history: History;
  readonly measures: Readonly<Record<string, Measures>>;
  readonly seed: number;
}

/** What a classifier took for what. */
export interface Confusion {
  /** The data that it was shown. */
  readonly part: string;
  readonly source: Dataset;
  readonly truth: Int32Array;
  readonly scores: NumericArray<PredictionData>;
  /** A row a true class. */
  readonly counts: Int32Array;
  readonly classNames: readonly string[] | undefined;
}

/** Writes the files, and gives their paths as the command line would name them. */
export async function saveRun(run: FinishedRun): Promise<readonly string[]> {
  const { call, folder, model, history, measures } = run;
  const { program } = model;
  const confusion = await confusionOf(run);
  const picture = runCurves(program.name, history, measures['test'] ?? measures['validation']);
  const own = trainingRows(run);
  const contents: Readonly<Record<string, string | Uint8Array | undefined>> = {
    'model.safetensors': weightsOf(run.session, model, own),
    'history.json': `${JSON.stringify(history, undefined, 2)}\n`,
    'curves.svg': picture,
    'confusion.svg':
      confusion === undefined
        ? undefined
        : confusionMatrix(confusion.counts, {
            title: `${program.name}, ${confusion.part} data`,
            classNames: confusion.classNames,
          }),
    'step.js': program.source,
    'report.html': call.options.report === false ? undefined : await runReport(run, confusion),
  };
  const files: string[] = [];
  for (const [name, content] of Object.entries(contents)) {
    if (content === undefined) continue;
    const file = join(folder, name);
    await writeFileFor(call.terminal, file, content);
    files.push(file);
  }
  return files;
}

/** The rows that are trained on; those of the first epoch where they change. */
function trainingRows({ data: { train } }: Pick<FinishedRun, 'data'>): Dataset {
  return typeof train === 'function' ? train(0).train : train;
}

/** What a classifier took for what, on data that it was not trained on where there are some. */
async function confusionOf({ model, data, session }: FinishedRun): Promise<Confusion | undefined> {
  const output = scoreOutput(model.program);
  const label = classLabelInput(model.program)?.name;
  if (output === undefined || label === undefined) return undefined;
  const part = data.test !== undefined ? 'test' : data.validation !== undefined ? 'validation' : 'training';
  const source = data.test ?? data.validation ?? trainingRows({ data });
  const outputs: Readonly<Record<string, NumericArray<PredictionData> | undefined>> = await predictAll(
    session,
    source,
  );
  const scores = outputs[output.name];
  const truth: Readonly<Record<string, ColumnData | undefined>> = source.feeds;
  const labels = truth[label];
  if (scores === undefined || !(labels instanceof Int32Array)) return undefined;
  return {
    part,
    source,
    truth: labels,
    scores,
    counts: confusionCounts(labels, scores),
    classNames: classNamesIn(source, label),
  };
}
