// Reading and writing at positions that are data of PyTorch's OpInfo cases, as calls of public functions.
import {
  broadcastTo,
  embeddingLookup,
  gather,
  indexAdd,
  indexCopy,
  indexFill,
  indexPut,
  indexSelect,
  maskedFill,
  maskedScatter,
  maskedSelect,
  oneHot,
  scatter,
  scatterAdd,
  scatterReduce,
  take,
  takeAlongDim,
  type ScatterReduction,
  type Tensor,
} from 'tapeless';
import { calling, numberOf, numberOr, tensorsOf } from './calling.ts';
import { optionsOf, tensorOf, type NamedArguments } from './arguments.ts';
import type { OpinfoOperator } from './opinfo.ts';

const operand = (given: NamedArguments, name: string): Tensor | number =>
  typeof given[name] === 'number' ? numberOf(given, name) : tensorOf(given, name);

const reducing = (x: Tensor, given: NamedArguments): Tensor =>
  scatterReduce(
    x,
    tensorOf(given, 'index'),
    tensorOf(given, 'src'),
    numberOf(given, 'dim'),
    given.reduce as ScatterReduction,
    given.include_self === undefined ? {} : { includeSelf: given.include_self === true },
  );

const scatterReducing = calling(['dim', 'index', 'src', 'reduce'], reducing);

/** The `reduce` of `torch.scatter` in the words of `scatter_reduce`. */
const reductions: Readonly<Record<string, ScatterReduction>> = { add: 'sum', multiply: 'prod' };

const putting = calling(['indices', 'values', 'accumulate'], (x, given) =>
  indexPut(x, tensorsOf(given, 'indices'), tensorOf(given, 'values'), {
    accumulate: given.accumulate === true,
  }),
);

export const indexingOpinfo: Readonly<Record<string, OpinfoOperator>> = {
  gather: calling(['dim', 'index'], (x, given) =>
    gather(x, tensorOf(given, 'index'), numberOf(given, 'dim')),
  ),
  scatter: calling(['dim', 'index', 'src'], (x, given) => {
    const name = given.src === undefined ? 'value' : 'src';
    const reduction = typeof given.reduce === 'string' ? reductions[given.reduce] : undefined;
    if (reduction !== undefined)
      return reducing(x, { ...given, src: tensorOf(given, name), reduce: reduction });
    return scatter(x, tensorOf(given, 'index'), operand(given, name), numberOf(given, 'dim'));
  }),
  scatter_add: calling(['dim', 'index', 'src'], (x, given) =>
    scatterAdd(x, tensorOf(given, 'index'), tensorOf(given, 'src'), numberOf(given, 'dim')),
  ),
  scatter_reduce: scatterReducing,
  'scatter_reduce.sum': scatterReducing,
  'scatter_reduce.prod': scatterReducing,
  'scatter_reduce.mean': scatterReducing,
  'scatter_reduce.amax': scatterReducing,
  'scatter_reduce.amin': scatterReducing,
  index_add: calling(['dim', 'index', 'source'], (x, given) =>
    indexAdd(x, numberOf(given, 'dim'), tensorOf(given, 'index'), tensorOf(given, 'source'), {
      alpha: numberOr(given, 'alpha', 1),
    }),
  ),
  index_copy: calling(['dim', 'index', 'source'], (x, given) =>
    indexCopy(x, numberOf(given, 'dim'), tensorOf(given, 'index'), tensorOf(given, 'source')),
  ),
  index_fill: calling(['dim', 'index', 'value'], (x, given) =>
    indexFill(x, numberOf(given, 'dim'), tensorOf(given, 'index'), operand(given, 'value')),
  ),
  index_select: calling(['dim', 'index'], (x, given) =>
    indexSelect(x, numberOf(given, 'dim'), tensorOf(given, 'index')),
  ),
  index_put: putting,
  take: calling(['index'], (x, given) => take(x, tensorOf(given, 'index'))),
  take_along_dim: calling(['indices', 'dim'], (x, given) =>
    takeAlongDim(x, tensorOf(given, 'indices'), given.dim === undefined ? undefined : numberOf(given, 'dim')),
  ),
  masked_fill: calling(['mask', 'value'], (x, given) =>
    maskedFill(x, tensorOf(given, 'mask'), operand(given, 'value')),
  ),
  // PyTorch repeats the tensor as well as the mask.
  masked_scatter: calling(['mask', 'source'], (x, given, [shape = x.shape]) =>
    maskedScatter(broadcastTo(x, shape), tensorOf(given, 'mask'), tensorOf(given, 'source')),
  ),
  // How many elements are chosen depends on the mask, so that the case says it.
  masked_select: calling(['mask'], (x, given, [shape]) =>
    maskedSelect(x, tensorOf(given, 'mask'), { size: shape?.[0] ?? 0 }),
  ),
  'nn.functional.one_hot': calling(['num_classes'], (labels, given) =>
    oneHot(labels, numberOf(given, 'num_classes'), 'i32'),
  ),
  // OpInfo puts the weight first.
  'nn.functional.embedding': calling(['labels', 'padding_idx', 'max_norm', 'norm_type'], (weight, given) =>
    embeddingLookup(
      tensorOf(given, 'labels'),
      weight,
      optionsOf(given, ['input', 'labels', 'sparse'], {
        padding_idx: 'paddingIdx',
        max_norm: 'maxNorm',
        norm_type: 'normType',
        scale_grad_by_freq: 'scaleGradByFreq',
      }),
    ),
  ),
};
