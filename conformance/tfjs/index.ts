// Every function of TensorFlow.js that the corpus calls and we have, family by family.
import { complexCalls } from './complex.ts';
import { convolutionCalls } from './convolution.ts';
import { creationCalls } from './creation.ts';
import { elementwiseCalls } from './elementwise.ts';
import { imageCalls } from './images.ts';
import { indexingCalls } from './indexing.ts';
import { linalgCalls } from './linalg.ts';
import { logicCalls } from './logic.ts';
import { lossCalls } from './losses.ts';
import { movementCalls } from './movement.ts';
import { normalisationCalls } from './normalisation.ts';
import { poolingCalls } from './pooling.ts';
import { productCalls } from './products.ts';
import { randomCalls } from './random.ts';
import { recurrentCalls } from './recurrent.ts';
import { reductionCalls } from './reductions.ts';
import { selectionCalls } from './selection.ts';
import { signalCalls } from './signal.ts';
import type { CallTable } from './value.ts';

export const calls: CallTable = {
  ...complexCalls,
  ...convolutionCalls,
  ...creationCalls,
  ...elementwiseCalls,
  ...imageCalls,
  ...indexingCalls,
  ...linalgCalls,
  ...logicCalls,
  ...lossCalls,
  ...movementCalls,
  ...normalisationCalls,
  ...poolingCalls,
  ...productCalls,
  ...randomCalls,
  ...recurrentCalls,
  ...reductionCalls,
  ...selectionCalls,
  ...signalCalls,
};
