// Starter project: a number for each row of a CSV file.

import { generator } from '../../data/index.ts';
import { normal, table } from './sample-data.ts';
import type { ProjectFiles, Template } from './project.ts';

export const regression: Template = {
  summary: 'Prices of houses from four features, on rows of a CSV file.',
  predict: 'new.csv',
  files: (): ProjectFiles => ({
    'houses.csv': houses(400, 1),
    'new.csv': houses(5, 2).replaceAll(/,[^,\n]+$/gm, ''),
    'model.ts': model,
    'data.ts': data,
    'train.ts': train,
  }),
};

function houses(count: number, seed: number): string {
  const random = generator(seed);
  const between = (low: number, high: number): number => low + (high - low) * random.uniform();
  const rows = Array.from({ length: count }, () => {
    const area = between(40, 220);
    const rooms = Math.max(1, Math.round(area / 28 + normal(random)));
    const age = between(0, 90);
    const distance = between(0.5, 25);
    const price =
      (60 + 2.4 * area + 6 * rooms) * (0.75 + Math.exp(-age / 35) * 0.35) * (0.6 + 0.8 / (1 + distance / 6));
    return [
      area.toFixed(0),
      rooms,
      age.toFixed(0),
      distance.toFixed(1),
      (price * (1 + 0.06 * normal(random))).toFixed(1),
    ];
  });
  return table(['area', 'rooms', 'age', 'distance', 'price'], rows);
}

const model = `// The network: four features of a house in, its price out. It learns the price in standard deviations from the mean.
import {
  add,
  adamW,
  adjustable,
  compile,
  dim,
  gelu,
  input,
  linear,
  mae,
  mse,
  mul,
  r2,
  sequential,
  squeeze,
} from 'tapeless';
import { prices } from './data.ts';

const batch = dim('batch');
const x = input('x', [batch, 4]);
const y = input('y', [batch]);

const net = sequential('houses', linear(4, 32), gelu(), linear(32, 16), gelu(), linear(16, 1));
const scaled = squeeze(net(x), 1);
const [mean = 0] = prices.mean;
const [scale = 1] = prices.scale;

export const program = compile({
  loss: mse(scaled, y),
  optimizer: adamW({ lr: adjustable('lr', 0.003) }),
  outputs: { price: add(mul(scaled, scale), mean) },
  metrics: { mae: mul(mae(scaled, y), scale), r2: r2(scaled, y) },
});

export { housesData as data, prepare } from './data.ts';

export const training = {
  epochs: 150,
  batchSize: 32,
  earlyStopping: { monitor: 'validation.loss', patience: 25 },
} as const;
`;

const data = `// The data: rows of houses.csv, split into 60 % to train, 20 % to validate and 20 % to test, and scaled.
import { split, standardScaler, tableDataset } from 'tapeless/data';
import type { Dataset } from 'tapeless/data';
import { readCsv } from 'tapeless/node';

const houses = tableDataset(await readCsv(new URL('houses.csv', import.meta.url)), {
  x: ['area', 'rooms', 'age', 'distance'],
  y: 'price',
});
const [train, validation, test] = split(houses, [0.6, 0.2, 0.2], { seed: 0 });
const features = standardScaler().fit(train.columns.x); // of the rows that are trained on, and of no others
export const prices = standardScaler().fit(train.columns.y);

/** From raw features to what the network is fed with; \`tapeless predict\` calls it. */
export function prepare<Columns extends { readonly x: Float32Array }>(raw: Dataset<Columns>) {
  return raw.with({ x: features.transform(raw.columns.x) });
}

export function housesData() {
  const scaled = (part: typeof train) => prepare(part).with({ y: prices.transform(part.columns.y) });
  return { train: scaled(train), validation: scaled(validation), test: scaled(test) };
}
`;

const train = `// Trains the model in code of your own. \`npx tapeless train model.ts\` does the same, and more.
import { encodeWeights } from 'tapeless/io';
import { saveBytes, saveJson, terminalProgress } from 'tapeless/node';
import { evaluate, fit } from 'tapeless/train';
import { housesData } from './data.ts';
import { program, training } from './model.ts';

const { train, validation, test } = housesData();
const session = program.start({ seed: 0 });
const history = await fit(session, train, { ...training, validation, progress: terminalProgress() });
const { mae, r2 } = await evaluate(session, test, { batchSize: 'full' });

console.log(\`\${history.epochs.length} epochs, R² \${r2.toFixed(3)}, mean error \${mae.toFixed(1)}\`);
await saveBytes('out/model.safetensors', encodeWeights(session));
await saveJson('out/history.json', history);
`;
