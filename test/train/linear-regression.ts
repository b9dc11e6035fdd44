// A session written by hand: y = weight · x + bias, mean squared error, gradient descent. It keeps a log of the rows
// it was given, hands out one result object again and again, and refuses what a session refuses.
import type { Prediction, TrainableSession } from 'tapeless/train';
import { dataset } from 'tapeless/data';

/** `id` is the row's number, so that a test can see which rows came in which order. */
export interface Columns {
  readonly [name: string]: Float32Array | Int32Array;
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly id: Int32Array;
}

export interface LinearRegression extends TrainableSession<Columns, 'accuracy', 'score' | 'total'> {
  readonly weight: number;
  readonly bias: number;
  /** The row numbers of every step. */
  readonly stepped: readonly (readonly number[])[];
  /** The row numbers of every evaluation. */
  readonly evaluated: readonly (readonly number[])[];
  readonly restored: number;
}

export function linearRegression({ rate = 0.1 } = {}): LinearRegression {
  let parameters = { weight: 0, bias: 0, steps: 0 };
  let restored = 0;
  const stepped: number[][] = [];
  const evaluated: number[][] = [];
  const result = { loss: 0, accuracy: 0 };

  const residuals = ({ x, y }: Columns) =>
    Array.from(x, (value, row) => parameters.weight * value + parameters.bias - (y[row] ?? NaN));
  const measure = (errors: readonly number[]) => {
    result.loss = errors.reduce((sum, error) => sum + error * error, 0) / errors.length;
    result.accuracy = errors.filter((error) => Math.abs(error) < 0.5).length / errors.length;
    return result;
  };

  return {
    step(feeds) {
      stepped.push([...feeds.id]);
      const errors = residuals(feeds);
      const slope = 2 / errors.length;
      const weightGradient =
        slope * errors.reduce((sum, error, row) => sum + error * (feeds.x[row] ?? NaN), 0);
      const biasGradient = slope * errors.reduce((sum, error) => sum + error, 0);
      parameters = {
        weight: parameters.weight - rate * weightGradient,
        bias: parameters.bias - rate * biasGradient,
        steps: parameters.steps + 1,
      };
      return measure(errors);
    },
    evaluate(feeds) {
      evaluated.push([...feeds.id]);
      return measure(residuals(feeds));
    },
    predict({ x }) {
      const score = x.map((value) => parameters.weight * value + parameters.bias);
      const total: Prediction = { data: score.slice(0, 1), shape: [] };
      return { score: { data: score, shape: [x.length, 1] }, total };
    },
    snapshot: () => parameters,
    restore(snapshot) {
      parameters = snapshot as typeof parameters; // what `snapshot` gave
      restored++;
    },
    get steps() {
      return parameters.steps;
    },
    get weight() {
      return parameters.weight;
    },
    get bias() {
      return parameters.bias;
    },
    get restored() {
      return restored;
    },
    stepped,
    evaluated,
  };
}

/** Points on the line y = 2x − 1, `shift` above it. */
export function line(size: number, shift = 0) {
  const x = Float32Array.from({ length: size }, (_, row) => (size === 1 ? 0 : row / (size - 1)) * 2 - 1);
  return dataset({
    x,
    y: x.map((value) => 2 * value - 1 + shift),
    id: Int32Array.from({ length: size }, (_, row) => row),
  });
}
