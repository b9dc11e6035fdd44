// The first 1000 training and 100 test images of MNIST, flattened and scaled by the training images.
import { shuffledCrossValidation, standardScaler } from 'tapeless/data';
import { mnistBytes } from '../mnist.ts';

export async function mnistData() {
  const train = await mnistBytes('train', { to: 1000 });
  const test = await mnistBytes('test', { to: 100 });
  const scaler = standardScaler().fit(train.columns.x);
  return {
    train: train.with({ x: scaler.transform(train.columns.x) }),
    test: test.with({ x: scaler.transform(test.columns.x) }),
    pixels: test.columns.x,
  };
}

/** The same, with 100 of the 1000 images drawn anew every epoch to validate. */
export async function reshuffledMnistData({ seed = 0 } = {}) {
  const { train, test, pixels } = await mnistData();
  return { train: shuffledCrossValidation(train, { validationSize: 0.1, seed }), test, pixels };
}
