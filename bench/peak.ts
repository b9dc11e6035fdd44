// The contender that sets the scale of contractions: it does nothing but multiply and add, whatever the task is.
import { peakLoop } from './harness/peak-loop.ts';
import { serve } from './harness/serve.ts';

const { instruction, run } = peakLoop();

await serve(() =>
  Promise.resolve({
    parameters: 0,
    version: instruction,
    outcome: [],
    run: (steps) => {
      for (let step = 0; step < steps; step++) run();
      return Promise.resolve();
    },
    restart: () => Promise.resolve(),
  }),
);
