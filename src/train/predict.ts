// The outputs of a model for a whole dataset, put together from batches. Relies on batches and dense arrays.

import type { Dataset, Feeds, NumericArray } from '../data/index.ts';
import { withShape } from '../data/index.ts';
import { ShapeError } from '../ir/errors.ts';
import { breather } from './breathe.ts';
import type { EvaluateOptions } from './evaluate.ts';
import { inOrder } from './evaluate.ts';
import type { Prediction, PredictingSession, PredictionData } from './trainable.ts';

/**
 * The model's outputs for every row, by name: copies, with the rows of the dataset on axis 0.
 *
 * @throws ShapeError `E_PREDICTION_ROWS` for an output that does not have one row a sample; DataError
 * `E_DATA_OPTION` for a batch size out of range; and what `session.predict` throws
 */
export async function predictAll<Columns extends Feeds, Output extends string>(
  session: PredictingSession<NoInfer<Columns>, Output>,
  data: Dataset<Columns>,
  options: EvaluateOptions = {},
): Promise<Readonly<Record<Output, NumericArray<PredictionData>>>> {
  const loader = inOrder(data, options.batchSize);
  const results = new Map<string, NumericArray<PredictionData>>();
  const breathe = breather();
  let start = 0;
  for (const feeds of loader) {
    const rows = Math.min(loader.batchSize, data.size - start);
    for (const [name, output] of Object.entries<Prediction>(session.predict(feeds))) {
      requireRows(name, output, rows);
      const result = results.get(name) ?? emptyLike(output, data.size);
      results.set(name, result);
      result.data.set(output.data, start * (output.data.length / rows));
    }
    start += rows;
    const pause = breathe();
    if (pause !== undefined) await pause;
  }
  // The names are those that `predict` gave: Object.fromEntries forgets them.
  return Object.freeze(Object.fromEntries(results)) as Readonly<Record<Output, NumericArray<PredictionData>>>;
}

function emptyLike({ data, shape }: Prediction, rows: number): NumericArray<PredictionData> {
  // `constructor` is typed as Function in lib.d.ts; a typed array's constructor does take a length.
  const Store = data.constructor as new (length: number) => PredictionData;
  const fullShape = [rows, ...shape.slice(1)];
  return withShape(new Store(fullShape.reduce((product, size) => product * size, 1)), fullShape);
}

function requireRows(name: string, { shape }: Prediction, rows: number): void {
  if (shape[0] === rows) return;
  const help =
    'an output that predictAll puts together from batches has the batch on axis 0; use session.predict';
  throw new ShapeError(
    'E_PREDICTION_ROWS',
    `the output "${name}" has shape [${shape.join(', ')}] for a batch of ${rows} row(s)\n\n  help: ${help}`,
    { help, shapes: [shape] },
  );
}
