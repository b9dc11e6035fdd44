// docs/benchmarks.md: the tables of a complete run with what they need to be read. Pure text.
import type { Results } from '../results.ts';
import {
  compileTimeTable,
  contractionTable,
  functionTable,
  peerTable,
  provenance,
  ratioTable,
} from './tables.ts';
import { formatNumber } from './markdown.ts';

/** Where the chart lies, seen from the document. */
export const chartPath = 'pictures/benchmarks.svg';

/** The whole document, to be formatted by prettier. */
export function documentOf(results: Results): string {
  const { workloads: rows, kernels, compileTimes = [], problems } = results;
  return [
    '# Benchmarks',
    'Written by `npm run bench -- --write`: every number is of one run on one machine.',
    provenance(results),
    `![How many times as fast as PyTorch](${chartPath})`,
    '## Training steps',
    `One full step of a multilayer perceptron with ReLU: forward, softmax cross-entropy, backward, Adam (lr 1e-3),
through \`session.step(feeds)\` with typed arrays. The first number is tapeless in microseconds a step; then how many
times as long the peers take. PyTorch runs at as many threads as tapeless, in the best of its settings; TensorFlow.js
and jax-js have no threads in Node.`,
    ratioTable(rows),
    'The peers themselves, in microseconds a step:',
    peerTable(rows),
    ...(kernels === undefined
      ? []
      : [
          '## Kernels',
          `Products in GFLOP/s. \`forward\` is x · Wᵀ, \`dW\` the gradient of the weight, \`dX\` that of the input, of
the numbered layer of a workload. In brackets: the share of what one core does in WebAssembly, which a hand-assembled
loop of independent 128-bit \`${kernels.peak.instruction}\` measures in the same rounds: ${formatNumber(kernels.peak.gflops)} GFLOP/s.
PyTorch uses wider vectors, so it can pass 100 %.`,
          contractionTable(kernels),
          `Scalar functions in nanoseconds an element, over ${kernels.functions[0]?.elements ?? 0} elements; \`Math\` is a plain
JavaScript loop in double precision.`,
          functionTable(kernels),
        ]),
    '## Compilation',
    `Milliseconds from the declaration to the end of the first step, in a fresh process (median of several), then a step
with a batch size that was not met before, and one with the first batch size again.`,
    compileTimeTable(compileTimes),
    '## How it is measured',
    `- One process a contender. They take turns in blocks of about 60 ms, round after round; whoever waits sleeps. Times
  are medians over the rounds, ratios are medians of the ratios of single rounds: what else the machine does meets all
  alike.
- Before anything is timed, all contenders take the first steps on the same data from the same weights: parameter
  counts and losses have to agree. tapeless in JavaScript and in WebAssembly with strict numerics has to give the same
  bits on any number of threads.
- After 500 steps training starts again from the first weights, outside the clock: all are timed on the same stretch.
- Peers are treated kindly: their batches are tensors already, while tapeless copies its feeds in every step, and
  PyTorch and TensorFlow.js never hand out the loss. PyTorch is tried eager with plain and with \`foreach\` Adam, and
  scripted.
- \`npm run bench -- --help\` says how to measure less, or as JSON.`,
    ...(problems.length === 0
      ? []
      : ['## Problems of this run', problems.map((each) => `- ${each.split('\n', 1).join('')}`).join('\n')]),
  ].join('\n\n');
}
