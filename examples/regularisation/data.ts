// So few digits that a network learns them by heart: 500 to train on, 1000 to validate, 2000 to test.
import { mnist } from '../mnist.ts';

export async function fewDigits() {
  return {
    train: await mnist('train', { to: 500 }),
    validation: await mnist('train', { from: 500, to: 1500 }),
    test: await mnist('test', { to: 2000 }),
  };
}
