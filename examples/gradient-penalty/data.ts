// 5000 digits to train on, 1000 to validate, 2000 to test.
import { mnist } from '../mnist.ts';

export async function gradientPenaltyData() {
  return {
    train: await mnist('train', { to: 5000 }),
    validation: await mnist('train', { from: 5000, to: 6000 }),
    test: await mnist('test', { to: 2000 }),
  };
}
