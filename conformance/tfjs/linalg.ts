// Linear algebra of TensorFlow.js.
import { bandPart, gramSchmidt, qr } from 'tapeless';
import { isList, isTensor, numberOf, tensorOf, type CallTable, type Context, type Value } from './value.ts';

/** A number, which may be given as a tensor. */
function widthOf(value: Value | undefined, context: Context): number {
  if (!isTensor(value)) return numberOf(value);
  const [[width = 0] = []] = context.compute([value]);
  return width;
}

export const linalgCalls: CallTable = {
  'linalg.bandPart': ([x, lower, upper], context) =>
    bandPart(tensorOf(x, context), widthOf(lower, context), widthOf(upper, context)),
  'linalg.gramSchmidt': ([vectors], context) =>
    isList(vectors) && vectors.every(isTensor)
      ? gramSchmidt(vectors)
      : gramSchmidt(tensorOf(vectors, context)),
  'linalg.qr': ([x, fullMatrices = null], context) => {
    const { q, r } = qr(tensorOf(x, context), { fullMatrices: fullMatrices === true });
    return [q, r];
  },
};
