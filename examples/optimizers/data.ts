// 1000 digits to train on, 500 to choose learning rates by, 2000 to test.
import { mnist } from '../mnist.ts';

export async function optimizerData() {
  return {
    train: await mnist('train', { to: 1000 }),
    validation: await mnist('train', { from: 1000, to: 1500 }),
    test: await mnist('test', { to: 2000 }),
  };
}
