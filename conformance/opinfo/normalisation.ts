// Normalisations and dropout as PyTorch's test-suite calls them.
import {
  alphaDropout,
  batchNorm,
  dropout,
  dropout1d,
  dropout2d,
  dropout3d,
  featureAlphaDropout,
  groupNorm,
  instanceNorm,
  layerNorm,
} from 'tapeless';
import { named, optionsOf, tensorOf } from './arguments.ts';
import type { OpinfoOperator } from './opinfo.ts';

/** PyTorch's names of options where ours are others. */
const names: Readonly<Record<string, string>> = {
  running_mean: 'runningMean',
  running_var: 'runningVar',
  use_input_stats: 'useInputStats',
};

/** Options of a call besides its tensor and the arguments that are used by name. */
function signed(
  signature: string,
  used: readonly string[],
  body: (
    x: ReturnType<typeof tensorOf>,
    options: object,
    given: ReturnType<typeof named>,
  ) => ReturnType<OpinfoOperator>[number],
): OpinfoOperator {
  return (call) => {
    const given = named(call, signature.split(' '));
    const options = optionsOf(given, ['input', 'cudnn_enabled', 'cudnn_enable', 'inplace', ...used], names);
    return [body(tensorOf(given, 'input'), options, given)];
  };
}

const dropoutOf = (apply: typeof dropout): OpinfoOperator =>
  signed('input p training inplace', ['p', 'training'], (x, options, { p = 0.5, training = true }) =>
    apply(x, Number(p), { ...options, training: training === true }),
  );

export const normalisationOpinfo: Readonly<Record<string, OpinfoOperator>> = {
  'nn.functional.batch_norm': signed(
    'input running_mean running_var weight bias training momentum eps',
    [],
    (x, options) => batchNorm(x, { training: false, ...options }).output,
  ),
  'nn.functional.instance_norm': signed(
    'input running_mean running_var weight bias use_input_stats momentum eps',
    [],
    (x, options) => instanceNorm(x, options).output,
  ),
  'nn.functional.layer_norm': signed(
    'input normalized_shape weight bias eps',
    ['normalized_shape'],
    (x, options, given) => layerNorm(x, given.normalized_shape as readonly number[], options),
  ),
  'nn.functional.group_norm': signed(
    'input num_groups weight bias eps',
    ['num_groups'],
    (x, options, given) => groupNorm(x, Number(given.num_groups), options),
  ),
  'nn.functional.dropout': dropoutOf(dropout),
  'nn.functional.dropout1d': dropoutOf(dropout1d),
  'nn.functional.dropout2d': dropoutOf(dropout2d),
  'nn.functional.dropout3d': dropoutOf(dropout3d),
  'nn.functional.alpha_dropout': dropoutOf(alphaDropout),
  'nn.functional.feature_alpha_dropout': dropoutOf(featureAlphaDropout),
};
