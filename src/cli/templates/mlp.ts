// Starter project: the smallest one, with data that are computed.

import type { ProjectFiles, Template } from './project.ts';

export const mlp: Template = {
  summary: 'Two spirals, told apart by a small network: the smallest project, whose data are computed.',
  predict: 'new.csv',
  files: (): ProjectFiles => ({
    'new.csv': 'x,y\n0.5,0.1\n-0.4,0.3\n',
    'model.ts': model,
    'data.ts': data,
    'train.ts': train,
  }),
};

const model = `// The network: a point of the plane in, a score for each of two spirals out.
import { accuracy, adam, adjustable, compile, crossEntropy, dim, input, linear, sequential, tanh } from 'tapeless';

const batch = dim('batch');
const x = input('x', [batch, 2]);
const y = input('y', [batch], 'i32');

const net = sequential('spirals', linear(2, 32), tanh(), linear(32, 32), tanh(), linear(32, 2));
const logits = net(x);

export const program = compile({
  loss: crossEntropy(logits, y),
  optimizer: adam({ lr: adjustable('lr', 0.01) }),
  outputs: { logits },
  metrics: { accuracy: accuracy(logits, y) },
});

export { spiralsData as data } from './data.ts';

export const training = { epochs: 100, batchSize: 32 } as const;
`;

const data = `// The data: points on two spirals around each other, with a little noise, from a seeded generator.
import { dataset, generator, split } from 'tapeless/data';

const pointsOfEach = 200;

export function spiralsData() {
  const random = generator(0);
  const points: number[][] = [];
  const labels: number[] = [];
  for (const spiral of [0, 1]) {
    for (let index = 0; index < pointsOfEach; index++) {
      const radius = index / pointsOfEach;
      const angle = Math.PI * (spiral + 3 * radius);
      const noise = () => 0.02 * (random.uniform() - 0.5);
      points.push([radius * Math.cos(angle) + noise(), radius * Math.sin(angle) + noise()]);
      labels.push(spiral);
    }
  }
  const all = dataset({ x: points, y: labels }, { classNames: { y: ['left', 'right'] } });
  const [train, validation, test] = split(all, [0.6, 0.2, 0.2], { seed: 0, stratify: 'y' });
  return { train, validation, test };
}
`;

const train = `// Trains the model in code of your own. \`npx tapeless train model.ts\` does the same, and more.
import { encodeWeights } from 'tapeless/io';
import { saveBytes, saveJson, terminalProgress } from 'tapeless/node';
import { evaluate, fit } from 'tapeless/train';
import { spiralsData } from './data.ts';
import { program, training } from './model.ts';

const { train, validation, test } = spiralsData();
const session = program.start({ seed: 0 });
const history = await fit(session, train, { ...training, validation, progress: terminalProgress() });
const { accuracy } = await evaluate(session, test);

console.log(\`\${history.epochs.length} epochs, test accuracy \${(100 * accuracy).toFixed(1)} %\`);
await saveBytes('out/model.safetensors', encodeWeights(session));
await saveJson('out/history.json', history);
`;
