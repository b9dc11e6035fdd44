// Every function of TensorFlow.js that the corpus calls and we have, family by family.
import { creationCalls } from './creation.ts';
import { elementwiseCalls } from './elementwise.ts';
import { logicCalls } from './logic.ts';
import type { CallTable } from './value.ts';

export const calls: CallTable = {
  ...creationCalls,
  ...elementwiseCalls,
  ...logicCalls,
};
