// Cars of 1970 to 1982 and how far they go on a gallon: six features, some of them missing, split 60/20/20.
import { readFile } from 'node:fs/promises';
import { dropMissing, fillMissing, parseCsv, split, standardScaler, tableDataset } from 'tapeless/data';

export const featureNames = [
  'cylinders',
  'displacement (cc)',
  'power (hp)',
  'weight (lb)',
  '0-60 mph (s)',
  'year',
] as const;

export async function fuelData() {
  const file = new URL(import.meta.resolve('@observablehq/sample-datasets/cars.csv'));
  const table = parseCsv(await readFile(file), { file: 'cars.csv' });
  const known = dropMissing(table, ['economy (mpg)']);
  const filled = fillMissing(known, { 'power (hp)': 93.5 }); // six cars: the median of the others
  const cars = tableDataset(filled, { x: featureNames, y: 'economy (mpg)' });

  const [train, validation, test] = split(cars, [0.6, 0.2, 0.2], { seed: 1 });
  const [x, y] = [standardScaler().fit(train.columns.x), standardScaler().fit(train.columns.y)];
  const scaled = (part: typeof cars) =>
    part.with({ x: x.transform(part.columns.x), y: y.transform(part.columns.y) });
  return { train: scaled(train), validation: scaled(validation), test: scaled(test), milesPerGallon: y };
}
