// 2000 digits to train on and 1000 to validate, scaled to mean 0 and deviation 1 over all pixels.
import { withShape } from 'tapeless/data';
import { mnist } from '../mnist.ts';

const [mean, deviation] = [0.1307, 0.3081]; // of all pixels of MNIST

async function standardised(from: number, to: number) {
  const images = await mnist('train', { from, to });
  const { data, shape } = images.columns.x;
  return images.with({
    x: withShape(
      data.map((pixel) => (pixel - mean) / deviation),
      shape,
    ),
  });
}

export async function initialisationData() {
  return { train: await standardised(0, 2000), validation: await standardised(2000, 3000) };
}
