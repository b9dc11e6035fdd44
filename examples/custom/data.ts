// One handwritten digit as a function: where a pixel is, and how bright it is there.
import { dataset, withShape } from 'tapeless/data';
import { mnist } from '../mnist.ts';

/** The centres of the pixels of an image of `size` × `size`, from -1 to 1, row by row. */
export function places(size: number): Float32Array {
  const centre = (index: number): number => (2 * index + 1) / size - 1;
  return Float32Array.from({ length: 2 * size * size }, (_, at) => {
    const pixel = at >> 1;
    return centre(at % 2 === 0 ? pixel % size : Math.floor(pixel / size));
  });
}

export async function digitData() {
  const digit = await mnist('train', { to: 1 });
  const train = dataset({ x: withShape(places(28), [784, 2]), y: digit.feeds.x });
  return { train };
}
