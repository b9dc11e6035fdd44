// Comparisons, logic and choice of TensorFlow.js.
import {
  cast,
  equal,
  greater,
  greaterEqual,
  less,
  lessEqual,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  notEqual,
  where,
  type Tensor,
} from 'tapeless';
import { asNumber, matched } from './elementwise.ts';
import {
  demandDtype,
  isTensor,
  known,
  tensorOf,
  type CallTable,
  type Context,
  type TracedCall,
  type Value,
} from './value.ts';

const comparison =
  (build: (a: Tensor, b: Tensor) => Tensor): TracedCall =>
  (args, context) => {
    const [a, b] = matched(args.slice(0, 2), context).map(asNumber) as [Tensor, Tensor];
    return build(a, b);
  };

/** Booleans alone are true or false; data that is no tensor yet is taken for booleans. */
export function truthOf(value: Value | undefined, name: string, context: Context): Tensor {
  const x = isTensor(value) ? value : tensorOf(value, context, 'bool');
  demandDtype(x, ['bool'], name);
  return known(x);
}

const logical =
  (name: string, build: (a: Tensor, b: Tensor) => Tensor): TracedCall =>
  ([a, b], context) =>
    build(truthOf(a, name, context), truthOf(b, name, context));

const chosen: TracedCall = ([condition, a, b], context) => {
  const [then, otherwise] = matched([a, b], context) as [Tensor, Tensor];
  const chooses = known(truthOf(condition, 'where', context));
  for (const each of [then, otherwise]) known(each);
  if (!isTensor(then) || then.dtype !== 'bool') return where(chooses, then, otherwise);
  return cast(where(chooses, cast(then, 'i32'), cast(otherwise, 'i32')), 'bool');
};

export const logicCalls: CallTable = {
  equal: comparison(equal),
  notEqual: comparison(notEqual),
  less: comparison(less),
  lessEqual: comparison(lessEqual),
  greater: comparison(greater),
  greaterEqual: comparison(greaterEqual),
  logicalAnd: logical('logicalAnd', logicalAnd),
  logicalOr: logical('logicalOr', logicalOr),
  logicalXor: logical('logicalXor', logicalXor),
  logicalNot: ([x], context) => logicalNot(truthOf(x, 'logicalNot', context)),
  where: chosen,
  // `a.where(condition, b)`
  '.where': ([a = null, condition = null, b = null], context) => chosen([condition, a, b], context),
};
