// Every operator of the corpora that the project has.
import { contractionOperators } from './contraction.ts';
import { convolutionOperators } from './convolution.ts';
import { elementwiseOperators } from './elementwise.ts';
import { indexingOperators } from './indexing.ts';
import { lossesOperators } from './losses.ts';
import { movementOperators } from './movement.ts';
import { normalisationOperators } from './normalisation.ts';
import { reductionsOperators } from './reductions.ts';
import type { Operator } from './operator.ts';

export const operators: Readonly<Record<string, Operator>> = {
  ...contractionOperators,
  ...convolutionOperators,
  ...elementwiseOperators,
  ...indexingOperators,
  ...lossesOperators,
  ...movementOperators,
  ...normalisationOperators,
  ...reductionsOperators,
};
