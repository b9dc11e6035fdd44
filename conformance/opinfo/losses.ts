// Losses as PyTorch's test-suite calls them.
import {
  bce,
  bceWithLogits,
  cosineEmbedding,
  crossEntropy,
  gaussianNll,
  hingeEmbedding,
  huber,
  klDiv,
  l1Loss,
  marginRanking,
  mse,
  multilabelMargin,
  multilabelSoftMargin,
  multiMargin,
  nll,
  poissonNll,
  smoothL1,
  softMargin,
  tripletMargin,
  type Tensor,
} from 'tapeless';
import { broadcastPair, named, optionsOf, tensorOf, type NamedArguments } from './arguments.ts';
import type { OpinfoOperator } from './opinfo.ts';

/** PyTorch's names of options where ours are others. */
const names: Readonly<Record<string, string>> = {
  ignore_index: 'ignoreIndex',
  label_smoothing: 'labelSmoothing',
  log_input: 'logInput',
  log_target: 'logTarget',
  pos_weight: 'positiveWeight',
};

/** The way of reducing that the two flags stood for, before `reduction` took their place. */
function reductionOf({ reduction, reduce, size_average: average }: NamedArguments): object {
  if (reduce === undefined && average === undefined) return reduction === undefined ? {} : { reduction };
  return { reduction: reduce === false ? 'none' : average === false ? 'sum' : 'mean' };
}

/** What a call gives to an adapter: its tensors by name, and everything else as our options. */
type Body = (tensor: (name: string) => Tensor, options: object) => Tensor;

/** A loss of a PyTorch signature, `*` before the names of its tensors. */
function loss(signature: string, body: Body): OpinfoOperator {
  const parameters = signature.split(' ');
  const tensors = parameters.filter((name) => name.startsWith('*')).map((name) => name.slice(1));
  const used = [...tensors, 'reduction', 'reduce', 'size_average'];
  return (call) => {
    const given = named(
      call,
      parameters.map((name) => name.replace('*', '')),
    );
    const options = { ...optionsOf(given, used, names), ...reductionOf(given) };
    return [body((name) => tensorOf(given, name), options)];
  };
}

type PairLoss = (x: Tensor, y: Tensor, options: object) => Tensor;

/** Losses whose two tensors PyTorch broadcasts. */
const broadcastLoss = (signature: string, apply: PairLoss): OpinfoOperator =>
  loss(signature, (tensor, options) => apply(...broadcastPair(tensor('input'), tensor('target')), options));

/** Losses whose two tensors have to fit each other as they are. */
const pairLoss = (signature: string, apply: PairLoss): OpinfoOperator =>
  loss(signature, (tensor, options) => apply(tensor('input'), tensor('target'), options));

/** Losses of labels, of which -100 is ignored; probabilities have nothing to ignore. */
const labelLoss = (signature: string, apply: PairLoss): OpinfoOperator =>
  pairLoss(signature, (x, target, options) =>
    apply(x, target, target.dtype === 'i32' ? { ignoreIndex: -100, ...options } : options),
  );

const legacy = 'size_average reduce reduction';

export const lossesOpinfo: Readonly<Record<string, OpinfoOperator>> = {
  'nn.functional.mse_loss': broadcastLoss(`*input *target ${legacy}`, mse),
  'nn.functional.l1_loss': broadcastLoss(`*input *target ${legacy}`, l1Loss),
  'nn.functional.smooth_l1_loss': broadcastLoss(`*input *target ${legacy} beta`, smoothL1),
  'nn.functional.huber_loss': broadcastLoss('*input *target reduction delta', huber),
  'nn.functional.kl_div': broadcastLoss(`*input *target ${legacy} log_target`, klDiv),
  'nn.functional.soft_margin_loss': broadcastLoss(`*input *target ${legacy}`, softMargin),
  'nn.functional.hinge_embedding_loss': broadcastLoss(`*input *target margin ${legacy}`, hingeEmbedding),
  'nn.functional.poisson_nll_loss': broadcastLoss(
    '*input *target log_input full size_average eps reduce reduction',
    poissonNll,
  ),
  'nn.functional.binary_cross_entropy': pairLoss(`*input *target weight ${legacy}`, bce),
  'nn.functional.binary_cross_entropy_with_logits': pairLoss(
    `*input *target weight ${legacy} pos_weight`,
    bceWithLogits,
  ),
  'nn.functional.multi_margin_loss': pairLoss(`*input *target p margin weight ${legacy}`, multiMargin),
  'nn.functional.multilabel_margin_loss': pairLoss(`*input *target ${legacy}`, multilabelMargin),
  'nn.functional.multilabel_soft_margin_loss': pairLoss(
    `*input *target weight ${legacy}`,
    multilabelSoftMargin,
  ),
  'nn.functional.cross_entropy': labelLoss(
    '*input *target weight size_average ignore_index reduce reduction label_smoothing',
    crossEntropy,
  ),
  'nn.functional.nll_loss': labelLoss(
    '*input *target weight size_average ignore_index reduce reduction',
    nll,
  ),
  'nn.functional.gaussian_nll_loss': loss('*input *target *var full eps reduction', (tensor, options) =>
    gaussianNll(...broadcastPair(tensor('input'), tensor('target')), tensor('var'), options),
  ),
  'nn.functional.margin_ranking_loss': loss(`*input1 *input2 *target margin ${legacy}`, (tensor, options) =>
    marginRanking(...broadcastPair(tensor('input1'), tensor('input2')), tensor('target'), options),
  ),
  'nn.functional.cosine_embedding_loss': loss(`*input1 *input2 *target margin ${legacy}`, (tensor, options) =>
    cosineEmbedding(tensor('input1'), tensor('input2'), tensor('target'), options),
  ),
  'nn.functional.triplet_margin_loss': loss(
    `*anchor *positive *negative margin p eps swap ${legacy}`,
    (tensor, options) => tripletMargin(tensor('anchor'), tensor('positive'), tensor('negative'), options),
  ),
};
