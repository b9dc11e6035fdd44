// Products and distances of PyTorch's OpInfo cases as calls of public functions.
import {
  addbmm,
  addmm,
  addmv,
  addr,
  baddbmm,
  bilinear,
  bmm,
  cdist,
  cosineSimilarity,
  crossProduct,
  dot,
  einsum,
  inner,
  kron,
  linear,
  matmul,
  mm,
  multiDot,
  mv,
  normalize,
  outer,
  pairwiseDistance,
  tensordot,
  vdot,
  type AddedProductOptions,
  type Tensor,
} from 'tapeless';
import type { Argument, Call, OpinfoOperator } from './opinfo.ts';

/** The argument at a position of the call, or of a name. */
function argument({ args, kwargs }: Call, position: number, name: string): Argument | undefined {
  return args[position] ?? kwargs[name];
}

/** Tensors are objects with an op; the other arguments are not. */
function isTensor(value: Argument | undefined): value is Tensor {
  return typeof value === 'object' && value !== null && 'op' in value;
}

function tensorAt(call: Call, position: number, name = 'input'): Tensor {
  const value = argument(call, position, name);
  if (isTensor(value)) return value;
  throw new Error(`the call has no tensor ${position}`);
}

function numberAt(call: Call, position: number, name: string, absent: number): number {
  return Number(argument(call, position, name) ?? absent);
}

/** The tensors of a list. */
function tensorsOf(value: Argument | undefined): readonly Tensor[] {
  return (Array.isArray(value) ? (value as readonly Argument[]) : []).filter(isTensor);
}

function optional(value: Argument | undefined): Tensor | undefined {
  return isTensor(value) ? value : undefined;
}

const two =
  (build: (a: Tensor, b: Tensor) => Tensor): OpinfoOperator =>
  (call) => [build(tensorAt(call, 0), tensorAt(call, 1, 'other'))];

const added =
  (build: (added: Tensor, a: Tensor, b: Tensor, options: AddedProductOptions) => Tensor): OpinfoOperator =>
  (call) => [
    build(tensorAt(call, 0), tensorAt(call, 1), tensorAt(call, 2), {
      alpha: Number(call.kwargs['alpha'] ?? 1),
      beta: Number(call.kwargs['beta'] ?? 1),
    }),
  ];

export const contractionOpinfo: Readonly<Record<string, OpinfoOperator>> = {
  matmul: two(matmul),
  __rmatmul__: two((a, b) => matmul(b, a)),
  mm: two(mm),
  mv: two(mv),
  bmm: two(bmm),
  dot: two(dot),
  vdot: two(vdot),
  inner: two(inner),
  outer: two(outer),
  ger: two(outer),
  kron: two(kron),
  addmm: added(addmm),
  addmv: added(addmv),
  addr: added(addr),
  baddbmm: added(baddbmm),
  addbmm: added(addbmm),
  einsum: ({ args: [tensors, equation] }) => {
    const [first, ...others] = tensorsOf(tensors);
    if (first === undefined || typeof equation !== 'string') throw new Error('no tensors or no equation');
    return [einsum(equation, first, ...others)];
  },
  tensordot: (call) => [
    tensordot(
      tensorAt(call, 0),
      tensorAt(call, 1),
      // Either a number of axes or two lists of them.
      argument(call, 2, 'dims') as Parameters<typeof tensordot>[2],
    ),
  ],
  'linalg.multi_dot': ({ args: [tensors] }) => [multiDot(tensorsOf(tensors))],
  chain_matmul: ({ args }) => [multiDot(tensorsOf(args))],
  'linalg.cross': (call) => [
    crossProduct(tensorAt(call, 0), tensorAt(call, 1), numberAt(call, 2, 'dim', -1)),
  ],
  cdist: (call) => [cdist(tensorAt(call, 0), tensorAt(call, 1), numberAt(call, 2, 'p', 2))],
  'nn.functional.linear': (call) => [
    linear(tensorAt(call, 0), tensorAt(call, 1), optional(argument(call, 2, 'bias'))),
  ],
  'nn.functional.bilinear': (call) => [
    bilinear(tensorAt(call, 0), tensorAt(call, 1), tensorAt(call, 2), optional(argument(call, 3, 'bias'))),
  ],
  'nn.functional.normalize': (call) => [
    normalize(tensorAt(call, 0), {
      p: numberAt(call, 1, 'p', 2),
      axis: numberAt(call, 2, 'dim', 1),
      eps: numberAt(call, 3, 'eps', 1e-12),
    }),
  ],
  'nn.functional.cosine_similarity': (call) => [
    cosineSimilarity(tensorAt(call, 0), tensorAt(call, 1), {
      axis: numberAt(call, 2, 'dim', 1),
      eps: numberAt(call, 3, 'eps', 1e-8),
    }),
  ],
  'nn.functional.pairwise_distance': (call) => [
    pairwiseDistance(tensorAt(call, 0), tensorAt(call, 1), {
      p: numberAt(call, 2, 'p', 2),
      eps: numberAt(call, 3, 'eps', 1e-6),
      keepdims: argument(call, 4, 'keepdim') === true,
    }),
  ],
};
