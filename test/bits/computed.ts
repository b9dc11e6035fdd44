// All programs of functions that compute something of tensors, and what such a program gives.
import { isTensor, type Tensor } from '../../src/ir/node.ts';
import { programs as elementwise } from './elementwise.ts';
import { programs as indexing } from './indexing.ts';
import { programs as losses } from './losses.ts';
import { programs as movement } from './movement.ts';
import { programs as products } from './products.ts';
import { programs as reductions } from './reductions.ts';

export const computed = {
  ...elementwise,
  ...indexing,
  ...losses,
  ...movement,
  ...products,
  ...reductions,
};

/** The tensors of a result, which is one, or holds some. */
export function tensorsOf(result: object): readonly Tensor[] {
  return isTensor(result) ? [result] : Object.values(result).filter(isTensor);
}
