// How near a result has to be: the classes of the corpus's README, and which operator belongs to which.
import { equalBits, type Tolerance } from './compare.ts';

/** Kinds of operators that round alike. */
type ToleranceClass =
  'movement' | 'arithmetic' | 'transcendental' | 'reduction' | 'contraction' | 'loss' | 'normalisation';

/** Relative to the largest reference magnitude. */
const relative: Readonly<Record<ToleranceClass, { readonly output: number; readonly gradient: number }>> = {
  movement: { output: 0, gradient: 1e-6 },
  arithmetic: { output: 1e-6, gradient: 1e-6 },
  transcendental: { output: 2e-6, gradient: 2e-6 },
  reduction: { output: 3e-6, gradient: 3e-6 },
  contraction: { output: 5e-6, gradient: 5e-6 },
  loss: { output: 3e-6, gradient: 3e-6 },
  normalisation: { output: 1e-4, gradient: 1e-3 },
};

const singleAbsolute = 1e-6;
/** Double precision: what rounding leaves of an exact zero is absolute. */
const double: Tolerance = { relative: 1e-10, absolute: 1e-14 };
/** What rounding leaves of a variance of 0 is divided by √eps, about 0.003, or less. */
const doubleNormalised: Tolerance = { relative: 1e-10, absolute: 1e-12 };

/** Operators by class. Names are those of the operator corpus, and of OpInfo without its modules. */
const operatorsOf: Readonly<Record<ToleranceClass, string>> = {
  movement: `
    reshape flatten transpose permute squeeze unsqueeze broadcast_to slice cat stack split chunk pad gather
    index_select embedding one_hot flip tile roll repeat_interleave masked_fill tril triu diag_embed diagonal select
    topk sort where clone positive expand diag masked_select narrow split_with_sizes ravel view unflatten column_stack
    index_fill index_copy take scatter zeros_like ones_like full_like hstack vstack dstack unbind movedim repeat fill
    take_along_dim t`,
  arithmetic: `
    neg abs sqrt rsqrt square reciprocal relu leaky_relu softsign hardtanh relu6 hardsigmoid hardswish clamp sign floor
    ceil round trunc isnan isfinite add sub mul div maximum minimum remainder fmod eq ne lt le gt ge logical_and
    logical_or logical_not logical_xor lerp addcmul addcdiv clamp_max clamp_min true_divide rsub prelu threshold
    softshrink hardshrink dropout dropout_masked scatter_add index_add index_put`,
  transcendental: `
    exp log log1p expm1 sigmoid tanh elu selu celu gelu silu mish softplus logsigmoid sin cos tan atan sinh cosh erf
    erfc pow atan2 log_of_sigmoid log10 log2 logaddexp exp2 xlogy tanhshrink glu`,
  reduction: `
    sum mean max min prod logsumexp var std norm max_with_index min_with_index argmax argmin cumsum cumprod any all
    amax amin var_mean std_mean trace vector_norm max_pool1d max_pool2d avg_pool1d avg_pool2d adaptive_avg_pool1d
    adaptive_avg_pool2d`,
  contraction: `
    matmul matmul_t linear linear_io outer dot einsum addmm addmv vdot mv mm inner tensordot vecdot multi_dot attention
    conv1d conv2d conv_transpose1d conv_transpose2d`,
  loss: `
    softmax log_softmax softmin cross_entropy nll_loss mse_loss l1_loss smooth_l1_loss huber_loss bce_with_logits bce
    binary_cross_entropy binary_cross_entropy_with_logits kl_div cosine_similarity normalize pairwise_distance
    hinge_embedding_loss poisson_nll_loss gaussian_nll_loss cosine_embedding_loss margin_ranking_loss multi_margin_loss
    triplet_margin_loss multilabel_margin_loss multilabel_soft_margin_loss soft_margin_loss`,
  normalisation: 'batch_norm layer_norm group_norm instance_norm',
};

const classOf: ReadonlyMap<string, ToleranceClass> = new Map(
  Object.entries(operatorsOf).flatMap(
    ([name, operators]) =>
      // Keys of the table are the classes.
      operators.match(/\w+/g)?.map((operator) => [operator, name as ToleranceClass] as const) ?? [],
  ),
);

/** The tolerance of an operator's outputs or gradients. What is in no class is taken for a contraction. */
export function toleranceOf(operator: string, what: 'output' | 'gradient', isDouble: boolean): Tolerance {
  const operatorClass = classOf.get(operator.replace(/^.*\./, '')) ?? 'contraction';
  const factor = relative[operatorClass][what];
  if (factor === 0) return equalBits;
  if (!isDouble) return { relative: factor, absolute: singleAbsolute };
  return operatorClass === 'normalisation' ? doubleNormalised : double;
}

/** Graphs are of operators of all classes but normalisations, and about 16 of them round one after the other. */
export function graphTolerance(isDouble: boolean): Tolerance {
  return isDouble ? double : { relative: relative.contraction.output, absolute: singleAbsolute };
}
