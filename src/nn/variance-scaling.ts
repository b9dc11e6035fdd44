// Initialisers that set the variance to a multiple of one over a fan, as Keras and JAX have them: with truncated normal
// draws unless told otherwise.
import { composite } from '../ir/origin.ts';
import { mul } from '../ops/arithmetic.ts';
import { randomNormal, uniformBetween } from '../ops/random.ts';
import { fansOf, initialStream, type Fans, type InitialContext, type Initialiser } from './initialiser.ts';
import { checkNames, checkOption, chosen, positive } from '../ops/option.ts';
import { truncatedNormal } from './truncated-normal.ts';
import type { Tensor } from '../ir/node.ts';
import type { Shape } from '../ir/size.ts';

/** Options of {@link varianceScaling}. */
export interface VarianceScalingOptions {
  /** The variance is `scale / fan`, default 1. */
  readonly scale?: number;
  /** Which fan: inputs (default), outputs, or the mean of both. */
  readonly mode?: 'fanIn' | 'fanOut' | 'fanAvg';
  /** Normal draws cut at two standard deviations (default), all normal draws, or uniform ones. */
  readonly distribution?: 'truncatedNormal' | 'normal' | 'uniform';
}

const fanOfMode: Readonly<Record<'fanIn' | 'fanOut' | 'fanAvg', (fans: Fans) => number>> = {
  fanIn: (fans) => fans.in,
  fanOut: (fans) => fans.out,
  fanAvg: (fans) => (fans.in + fans.out) / 2,
};

/** Standard deviation of a standard normal distribution that is cut at -2 and 2. */
const cutDeviation = 0.8796256610342398;

type Draw = (shape: Shape, deviation: number, context: InitialContext) => Tensor;

const draws: Readonly<Record<'truncatedNormal' | 'normal' | 'uniform', Draw>> = {
  truncatedNormal: (shape, deviation, context) => {
    const std = deviation / cutDeviation;
    return truncatedNormal({ std, low: -2 * std, high: 2 * std })(shape, context);
  },
  normal: (shape, deviation, context) => mul(randomNormal(shape, initialStream(context)), deviation),
  uniform: (shape, deviation, context) => {
    const bound = Math.sqrt(3) * deviation;
    return uniformBetween(shape, -bound, bound, initialStream(context));
  },
};

/**
 * Draws with the standard deviation `√(scale / fan)` (Keras's `VarianceScaling`, JAX's `variance_scaling`).
 * @throws {DeclarationError} `E_OPTION` for options out of range; when it is applied, {@link ShapeError} `E_RANK` for fewer
 * than two axes
 */
export function varianceScaling(options: VarianceScalingOptions = {}): Initialiser {
  checkNames('varianceScaling', options, ['scale', 'mode', 'distribution']);
  const { scale = 1, mode = 'fanIn', distribution = 'truncatedNormal' } = options;
  checkOption('varianceScaling', 'scale', scale, positive);
  const fanOf = chosen('varianceScaling', 'mode', mode, fanOfMode);
  const draw = chosen('varianceScaling', 'distribution', distribution, draws);
  return (shape, context) => {
    const deviation = Math.sqrt(scale / Math.max(1, fanOf(fansOf('varianceScaling', shape))));
    return composite('varianceScaling', () => draw(shape, deviation, context));
  };
}

/**
 * Truncated normal draws with the standard deviation `1 / √(fan in)` (LeCun et al. 1998): for SELU networks. Errors
 * as {@link varianceScaling}.
 */
export function lecunNormal(): Initialiser {
  return varianceScaling();
}

/** Uniform in `±√(3 / fan in)` (LeCun et al. 1998). Errors as {@link varianceScaling}. */
export function lecunUniform(): Initialiser {
  return varianceScaling({ distribution: 'uniform' });
}
