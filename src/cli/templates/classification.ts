// Starter project: classes of rows of a CSV file.

import { generator } from '../../data/index.ts';
import { normal, table } from './sample-data.ts';
import type { ProjectFiles, Template } from './project.ts';

export const classification: Template = {
  summary: 'A classifier of flowers by four measurements, on rows of a CSV file.',
  predict: 'new.csv',
  files: (): ProjectFiles => ({
    'flowers.csv': flowers(50, 1),
    'new.csv': flowers(2, 2).replaceAll(/,\w+$/gm, ''),
    'model.ts': model,
    'data.ts': data,
    'train.ts': train,
  }),
};

const kinds = {
  aster: [5.0, 3.4, 1.5, 0.25],
  bellis: [5.9, 2.8, 4.3, 1.3],
  cosmos: [6.6, 3.0, 5.5, 2.0],
} as const;

function flowers(ofEach: number, seed: number): string {
  const random = generator(seed);
  const rows = Object.entries(kinds).flatMap(([kind, means]) =>
    Array.from({ length: ofEach }, () => [
      ...means.map((mean) => Math.max(0.1, mean + normal(random) * 0.4).toFixed(1)),
      kind,
    ]),
  );
  return table(['sepal_length', 'sepal_width', 'petal_length', 'petal_width', 'species'], rows);
}

const model = `// The network: four measurements in, a score for each of three kinds of flowers out.
import { accuracy, adam, adjustable, compile, crossEntropy, dim, input, linear, relu, sequential } from 'tapeless';

const batch = dim('batch');
const x = input('x', [batch, 4]);
const y = input('y', [batch], 'i32');

const net = sequential('flowers', linear(4, 30), relu(), linear(30, 10), relu(), linear(10, 3));
const logits = net(x);

export const program = compile({
  loss: crossEntropy(logits, y),
  optimizer: adam({ lr: adjustable('lr', 0.01) }),
  outputs: { logits },
  metrics: { accuracy: accuracy(logits, y) },
});

export { flowersData as data, prepare } from './data.ts';

export const training = {
  epochs: 60,
  batchSize: 16,
  earlyStopping: { monitor: 'validation.loss', patience: 10 },
} as const;
`;

const data = `// The data: rows of flowers.csv, split into 60 % to train, 20 % to validate and 20 % to test, and scaled.
import { split, standardScaler, tableDataset } from 'tapeless/data';
import type { Dataset } from 'tapeless/data';
import { readCsv } from 'tapeless/node';

const flowers = tableDataset(await readCsv(new URL('flowers.csv', import.meta.url)), {
  x: ['sepal_length', 'sepal_width', 'petal_length', 'petal_width'],
  y: 'species',
});
const [train, validation, test] = split(flowers, [0.6, 0.2, 0.2], { seed: 0, stratify: 'y' });
const scaler = standardScaler().fit(train.columns.x); // of the rows that are trained on, and of no others

/** From raw measurements to what the network is fed with; \`tapeless predict\` calls it. */
export function prepare<Columns extends { readonly x: Float32Array }>(raw: Dataset<Columns>) {
  return raw.with({ x: scaler.transform(raw.columns.x) });
}

export function flowersData() {
  return { train: prepare(train), validation: prepare(validation), test: prepare(test) };
}
`;

const train = `// Trains the model in code of your own. \`npx tapeless train model.ts\` does the same, and more.
import { encodeWeights } from 'tapeless/io';
import { saveBytes, saveJson, terminalProgress } from 'tapeless/node';
import { evaluate, fit } from 'tapeless/train';
import { flowersData } from './data.ts';
import { program, training } from './model.ts';

const { train, validation, test } = flowersData();
const session = program.start({ seed: 0 });
const history = await fit(session, train, { ...training, validation, progress: terminalProgress() });
const { accuracy } = await evaluate(session, test);

console.log(\`\${history.epochs.length} epochs, test accuracy \${(100 * accuracy).toFixed(1)} %\`);
await saveBytes('out/model.safetensors', encodeWeights(session));
await saveJson('out/history.json', history);
`;
