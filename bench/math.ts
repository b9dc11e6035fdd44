// Scalar functions as plain JavaScript computes them: `Math` in a loop over a typed array.
import { readArrays } from './harness/problem.ts';
import type { FunctionName } from './harness/protocol.ts';
import { serve } from './harness/serve.ts';

/** One loop a function: a shared loop would call through a variable, which is slower. */
const loops: Readonly<Record<FunctionName, (x: Float32Array, y: Float32Array) => void>> = {
  exp: (x, y) => {
    for (let at = 0; at < x.length; at++) y[at] = Math.exp(x[at]!);
  },
  log: (x, y) => {
    for (let at = 0; at < x.length; at++) y[at] = Math.log(x[at]!);
  },
  tanh: (x, y) => {
    for (let at = 0; at < x.length; at++) y[at] = Math.tanh(x[at]!);
  },
  sigmoid: (x, y) => {
    for (let at = 0; at < x.length; at++) y[at] = 1 / (1 + Math.exp(-x[at]!));
  },
};

await serve(async (task) => {
  if (task.kind !== 'function') throw new Error(`Math is not asked for a ${task.kind}`);
  const x = (await readArrays(task.data)).f32(task.elements);
  const y = new Float32Array(task.elements);
  const loop = loops[task.name];
  loop(x, y);
  return {
    parameters: 0,
    version: process.versions.v8,
    outcome: [y.reduce((sum, value) => sum + value, 0), y.at(-1) ?? Number.NaN],
    run: (steps) => {
      for (let step = 0; step < steps; step++) loop(x, y);
      return Promise.resolve();
    },
    restart: () => Promise.resolve(),
  };
});
