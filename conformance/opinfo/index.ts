// Every operator of OpInfo that the project has, family by family.
import { contractionOpinfo } from './contraction.ts';
import { convolutionOpinfo } from './convolution.ts';
import { elementwiseOpinfo } from './elementwise.ts';
import { lossesOpinfo } from './losses.ts';
import { movementOpinfo } from './movement.ts';
import { normalisationOpinfo } from './normalisation.ts';
import type { OpinfoOperator } from './opinfo.ts';

export const opinfoOperators: Readonly<Record<string, OpinfoOperator>> = {
  ...contractionOpinfo,
  ...convolutionOpinfo,
  ...elementwiseOpinfo,
  ...lossesOpinfo,
  ...movementOpinfo,
  ...normalisationOpinfo,
};
