// 6000 digits to train on, 2000 to validate, and all 10 000 test images.
import { mnist } from '../mnist.ts';

export async function convolutionData() {
  return {
    train: await mnist('train', { to: 6000 }),
    validation: await mnist('train', { from: 6000, to: 8000 }),
    test: await mnist('test'),
  };
}
