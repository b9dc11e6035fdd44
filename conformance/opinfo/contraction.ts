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
import { named, optionsOf, tensorOf, type NamedArguments } from './arguments.ts';
import type { Argument, OpinfoOperator } from './opinfo.ts';

function tensorsOf(value: Argument | undefined): readonly Tensor[] {
  const list = Array.isArray(value) ? (value as readonly Argument[]) : [];
  return list.flatMap((each) => (typeof each === 'object' && each !== null && 'op' in each ? [each] : []));
}

function optionalTensor(given: NamedArguments, name: string): Tensor | undefined {
  return given[name] === undefined ? undefined : tensorOf(given, name);
}

const two =
  (build: (a: Tensor, b: Tensor) => Tensor, names: readonly [string, string] = ['input', 'other']) =>
  (...[call]: Parameters<OpinfoOperator>): readonly Tensor[] => {
    const given = named(call, names);
    return [build(tensorOf(given, names[0]), tensorOf(given, names[1]))];
  };

/** A function of `input` and `other` with options under our names. */
const pairwise =
  (
    build: (a: Tensor, b: Tensor, options: object) => Tensor,
    names: readonly [string, string, ...string[]],
  ): OpinfoOperator =>
  (call) => {
    const given = named(call, names);
    const [first, second] = names;
    const options = optionsOf(given, [first, second], { dim: 'axis', keepdim: 'keepdims' });
    return [build(tensorOf(given, first), tensorOf(given, second), options)];
  };

const added =
  (
    build: (added: Tensor, a: Tensor, b: Tensor, options: AddedProductOptions) => Tensor,
    names: readonly [string, string],
  ): OpinfoOperator =>
  (call) => {
    const given = named(call, ['input', ...names]);
    const options = optionsOf(given, ['input', ...names], {});
    return [build(tensorOf(given, 'input'), tensorOf(given, names[0]), tensorOf(given, names[1]), options)];
  };

export const contractionOpinfo: Readonly<Record<string, OpinfoOperator>> = {
  matmul: two(matmul),
  __rmatmul__: two((a, b) => matmul(b, a)),
  mm: two(mm, ['input', 'mat2']),
  mv: two(mv, ['input', 'vec']),
  bmm: two(bmm, ['input', 'mat2']),
  dot: two(dot, ['input', 'tensor']),
  vdot: two(vdot),
  inner: two(inner),
  outer: two(outer, ['input', 'vec2']),
  ger: two(outer, ['input', 'vec2']),
  kron: two(kron),
  addmm: added(addmm, ['mat1', 'mat2']),
  addmv: added(addmv, ['mat', 'vec']),
  addr: added(addr, ['vec1', 'vec2']),
  baddbmm: added(baddbmm, ['batch1', 'batch2']),
  addbmm: added(addbmm, ['batch1', 'batch2']),
  einsum: ({ args: [tensors, equation] }) => {
    const [first, ...others] = tensorsOf(tensors);
    if (first === undefined || typeof equation !== 'string') throw new Error('no tensors or no equation');
    return [einsum(equation, first, ...others)];
  },
  tensordot: (call) => {
    const given = named(call, ['a', 'b', 'dims']);
    // Either a number of axes or two lists of them.
    const axes = given['dims'] as Parameters<typeof tensordot>[2];
    return [tensordot(tensorOf(given, 'a'), tensorOf(given, 'b'), axes)];
  },
  'linalg.multi_dot': ({ args: [tensors] }) => [multiDot(tensorsOf(tensors))],
  chain_matmul: ({ args }) => [multiDot(tensorsOf(args))],
  'linalg.cross': (call) => {
    const given = named(call, ['input', 'other', 'dim']);
    return [crossProduct(tensorOf(given, 'input'), tensorOf(given, 'other'), Number(given['dim'] ?? -1))];
  },
  cdist: (call) => {
    const given = named(call, ['x1', 'x2', 'p']);
    return [cdist(tensorOf(given, 'x1'), tensorOf(given, 'x2'), Number(given['p'] ?? 2))];
  },
  'nn.functional.linear': (call) => {
    const given = named(call, ['input', 'weight', 'bias']);
    return [linear(tensorOf(given, 'input'), tensorOf(given, 'weight'), optionalTensor(given, 'bias'))];
  },
  'nn.functional.bilinear': (call) => {
    const given = named(call, ['input1', 'input2', 'weight', 'bias']);
    const [left, right] = [tensorOf(given, 'input1'), tensorOf(given, 'input2')];
    return [bilinear(left, right, tensorOf(given, 'weight'), optionalTensor(given, 'bias'))];
  },
  'nn.functional.normalize': (call) => {
    const given = named(call, ['input', 'p', 'dim', 'eps']);
    return [normalize(tensorOf(given, 'input'), optionsOf(given, ['input'], { dim: 'axis' }))];
  },
  'nn.functional.cosine_similarity': pairwise(cosineSimilarity, ['x1', 'x2', 'dim', 'eps']),
  'nn.functional.pairwise_distance': pairwise(pairwiseDistance, ['x1', 'x2', 'p', 'eps', 'keepdim']),
};
