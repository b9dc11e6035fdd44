// The report of a run: what `htmlReport` is given of it.

import { arch, cpus, platform } from 'node:os';
import { version } from '../compiler/version.ts';
import type { ColumnData, Dataset, NumericArray } from '../data/index.ts';
import { misclassified } from '../train/index.ts';
import type { ReportedMistakes } from '../viz/index.ts';
import { htmlReport } from '../viz/index.ts';
import type { Confusion, FinishedRun } from './run-files.ts';

/** The page. */
export async function runReport(run: FinishedRun, confusion: Confusion | undefined): Promise<string> {
  const { call, model, data, history, measures, seed } = run;
  const { program } = model;
  const measuredOn = (['test', 'validation', 'training'] as const).find(
    (part) => measures[part] !== undefined,
  );
  const parts: Readonly<Record<string, Dataset | undefined>> = {
    training: typeof data.train === 'function' ? data.train(0).train : data.train,
    validation: data.validation,
    test: data.test,
  };
  const sizes = Object.entries(parts).flatMap(([part, source]) =>
    source === undefined ? [] : [[part, source.size] as const],
  );
  const mistakes = confusion === undefined ? undefined : mistakesOf(confusion);
  return htmlReport({
    title: program.name,
    subtitle: model.name,
    date: new Date(),
    program,
    data: Object.fromEntries(sizes),
    history,
    ...(measuredOn === undefined ? {} : { measures: measures[measuredOn], measuredOn }),
    ...(confusion === undefined
      ? {}
      : { confusion: { counts: confusion.counts, classNames: confusion.classNames } }),
    ...(mistakes === undefined ? {} : { mistakes }),
    environment: {
      tapeless: version,
      node: process.version,
      system: `${platform()} ${arch()}`,
      processor: cpus()[0]?.model ?? 'unknown',
    },
    seed,
    command: call.commandLine,
  });
}

/** The images that a classifier got wrong: those of models that are fed with grey images. */
function mistakesOf({ source, truth, scores, classNames }: Confusion): ReportedMistakes | undefined {
  const images = Object.values<NumericArray<ColumnData>>(source.columns).find(
    ({ shape }) => shape.length === 4 && shape[1] === 1,
  );
  if (!(images?.data instanceof Float32Array)) return undefined;
  const pixels = images.data;
  const [, , height = 1, width = 1] = images.shape;
  const size = width * height;
  const samples = misclassified(truth, scores).map(({ index, ...rest }) => ({
    ...rest,
    pixels: pixels.subarray(index * size, (index + 1) * size),
  }));
  return samples.length === 0
    ? undefined
    : { width, height, samples, ...(classNames === undefined ? {} : { classNames }) };
}
