// Starter project: classes of images in folders.

import { encode } from 'fast-png';
import type { RandomGenerator } from '../../data/index.ts';
import { generator } from '../../data/index.ts';
import type { ProjectFiles, Template } from './project.ts';

export const images: Template = {
  summary: 'A convolutional network that tells shapes apart, on PNG images in a folder a class.',
  predict: 'new.png',
  files: (): ProjectFiles => ({ ...pictures(), 'model.ts': model, 'data.ts': data, 'train.ts': train }),
};

const size = 16;

/** Whether a point belongs to a shape of radius 1 around the origin. */
const shapes: Readonly<Record<string, (x: number, y: number) => boolean>> = {
  circle: (x, y) => Math.hypot(x, y) < 1,
  cross: (x, y) => Math.min(Math.abs(x), Math.abs(y)) < 0.3 && Math.max(Math.abs(x), Math.abs(y)) < 1,
  square: (x, y) => Math.max(Math.abs(x), Math.abs(y)) < 0.85,
};
const imagesOfEach = 60;

function pictures(): ProjectFiles {
  const random = generator(1);
  const files: Record<string, Uint8Array> = {};
  for (const [name, contains] of Object.entries(shapes)) {
    for (let index = 0; index < imagesOfEach; index++) {
      files[`shapes/${name}/${String(index).padStart(2, '0')}.png`] = picture(contains, random);
    }
  }
  files['new.png'] = picture(shapes['circle'] ?? (() => false), random);
  return files;
}

function picture(contains: (x: number, y: number) => boolean, random: RandomGenerator): Uint8Array {
  const between = (low: number, high: number): number => low + (high - low) * random.uniform();
  const radius = between(3.5, 6.5);
  const [centreX, centreY] = [between(radius, size - radius), between(radius, size - radius)];
  const pixels = new Uint8Array(size * size);
  for (let index = 0; index < pixels.length; index++) {
    const x = ((index % size) + 0.5 - centreX) / radius;
    const y = (Math.floor(index / size) + 0.5 - centreY) / radius;
    pixels[index] = (contains(x, y) ? 200 : 20) + between(0, 50);
  }
  return encode({ width: size, height: size, data: pixels, channels: 1, depth: 8 });
}

const model = `// The network: grey images of 16 × 16 pixels in, a score for each of three shapes out.
import {
  accuracy,
  adam,
  adjustable,
  compile,
  conv2d,
  crossEntropy,
  dim,
  flatten,
  input,
  linear,
  maxPool2d,
  relu,
  sequential,
} from 'tapeless';

const batch = dim('batch');
const x = input('x', [batch, 1, 16, 16]);
const y = input('y', [batch], 'i32');

const net = sequential(
  'shapes',
  conv2d(1, 8, 3, { padding: 1 }),
  relu(),
  maxPool2d(2),
  conv2d(8, 16, 3, { padding: 1 }),
  relu(),
  maxPool2d(2),
  flatten(),
  linear(16 * 4 * 4, 3),
);
const logits = net(x);

export const program = compile({
  loss: crossEntropy(logits, y),
  optimizer: adam({ lr: adjustable('lr', 0.01) }),
  outputs: { logits },
  metrics: { accuracy: accuracy(logits, y) },
});

export { shapesData as data } from './data.ts';

export const training = {
  epochs: 40,
  batchSize: 16,
  earlyStopping: { monitor: 'validation.loss', patience: 10 },
} as const;
`;

const data = `// The data: the images of shapes/, a folder a class, split into 60 % to train, 20 % to validate and 20 % to test.
import { split } from 'tapeless/data';
import { readImageFolder } from 'tapeless/node';

export async function shapesData() {
  const { dataset } = await readImageFolder(new URL('shapes', import.meta.url), { colour: 'grey' });
  const [train, validation, test] = split(dataset, [0.6, 0.2, 0.2], { seed: 0, stratify: 'y' });
  return { train, validation, test };
}
`;

const train = `// Trains the model in code of your own. \`npx tapeless train model.ts\` does the same, and more.
import { encodeWeights } from 'tapeless/io';
import { saveBytes, saveJson, terminalProgress } from 'tapeless/node';
import { evaluate, fit } from 'tapeless/train';
import { shapesData } from './data.ts';
import { program, training } from './model.ts';

const { train, validation, test } = await shapesData();
const session = program.start({ seed: 0 });
const history = await fit(session, train, { ...training, validation, progress: terminalProgress() });
const { accuracy } = await evaluate(session, test);

console.log(\`\${history.epochs.length} epochs, test accuracy \${(100 * accuracy).toFixed(1)} %\`);
await saveBytes('out/model.safetensors', encodeWeights(session));
await saveJson('out/history.json', history);
`;
