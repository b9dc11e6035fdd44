// All of MNIST: 55 000 images to train on, 5 000 to validate, and the 10 000 test images.
import { mnist } from '../mnist.ts';

export async function mnistFullData() {
  const images = await mnist('train');
  return {
    train: images.slice(0, 55_000),
    validation: images.slice(55_000),
    test: await mnist('test'),
  };
}
