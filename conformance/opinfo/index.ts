// Every operator of OpInfo that the project has, family by family.
import { companionsOpinfo } from './companions.ts';
import { contractionOpinfo } from './contraction.ts';
import { convolutionOpinfo } from './convolution.ts';
import { elementwiseOpinfo } from './elementwise.ts';
import { indexingOpinfo } from './indexing.ts';
import { lossesOpinfo } from './losses.ts';
import { movementOpinfo } from './movement.ts';
import { normalisationOpinfo } from './normalisation.ts';
import { reductionsOpinfo } from './reductions.ts';
import { spatialOpinfo } from './spatial.ts';
import type { OpinfoOperator } from './opinfo.ts';

export const opinfoOperators: Readonly<Record<string, OpinfoOperator>> = {
  ...companionsOpinfo,
  ...contractionOpinfo,
  ...convolutionOpinfo,
  ...elementwiseOpinfo,
  ...indexingOpinfo,
  ...lossesOpinfo,
  ...movementOpinfo,
  ...normalisationOpinfo,
  ...reductionsOpinfo,
  ...spatialOpinfo,
};
