// Leaves of which the types know neither shape nor dtype, as in plain JavaScript: mistakes that the types would refuse
// reach the checks that run.
import type { DType } from '../../src/ir/dtype.ts';
import type { Tensor } from '../../src/ir/node.ts';
import type { Shape } from '../../src/ir/size.ts';
import { constant as typedConstant, input as typedInput } from '../../src/ops/leaf.ts';

/** The very functions, so that the lines in messages stay those of the caller. */
export const input: (name: string, shape: Shape, dtype?: DType) => Tensor = typedInput;
export const constant: (elements: ArrayLike<number>, shape: readonly number[], dtype?: DType) => Tensor =
  typedConstant;
