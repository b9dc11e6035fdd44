// What is known of first values: the bounds and the standard deviation that a formula gives, and the moments that PyTorch
// was measured to have. Parameters are drawn by sessions of many seeds and held to the formula, as far as chance allows.
import {
  compile,
  conv2d,
  defineLayer,
  gain,
  input,
  kaimingNormal,
  kaimingUniform,
  linear,
  mul,
  normal,
  sum,
  truncatedNormal,
  uniform,
  xavierNormal,
  xavierUniform,
  type Initialiser,
  type Layer,
  type Nonlinearity,
  type Tensor,
} from 'tapeless';
import { describeError, type Bench } from './execute.ts';
import { outcome, type Outcome } from './outcome.ts';

/** A measured initialiser. */
export interface InitialiserCase {
  readonly init: string;
  readonly shape: readonly number[];
  readonly bound?: number;
  /** Default 0. */
  readonly mean?: number;
  readonly std: number;
  readonly measured: { readonly kurtosis: number };
}

/** The document that cases stand in: gains by the name of the nonlinearity, `leaky_relu(0.2)` with a slope. */
export interface InitialiserHeader {
  readonly gain: Readonly<Record<string, number>>;
}

export function runInitialiserCase(read: InitialiserCase, bench: Bench, header: InitialiserHeader): Outcome {
  try {
    return outcome([...gainDifferences(header), ...momentDifferences(read, draws(read, bench))]);
  } catch (error) {
    return outcome([describeError(error)]);
  }
}

const nonlinearities: Readonly<Record<string, Nonlinearity>> = {
  linear: 'linear',
  conv2d: 'linear',
  sigmoid: 'sigmoid',
  tanh: 'tanh',
  relu: 'relu',
  leaky_relu: 'leakyRelu',
  selu: 'selu',
};

function nonlinearityOf(name: string): Nonlinearity {
  const nonlinearity = nonlinearities[name];
  if (nonlinearity === undefined) throw new Error(`there is no nonlinearity ${name}`);
  return nonlinearity;
}

function gainDifferences({ gain: gains }: InitialiserHeader): readonly string[] {
  return Object.entries(gains).flatMap(([key, wanted]) => {
    const [, name = '', slope] = /^(\w+)(?:\((.+)\))?$/.exec(key) ?? [];
    const found = gain(nonlinearityOf(name), slope === undefined ? undefined : Number(slope));
    // Slopes are printed with six digits.
    return Math.abs(found - wanted) < 1e-6 ? [] : [`the gain of ${key} is ${found}, expected ${wanted}`];
  });
}

/** The initialiser of a case by name: `kaiming_uniform(fan_in,leaky_relu,a=0.2)`. */
function initialiserOf(init: string): Initialiser {
  const [, name = '', given = ''] = /^(\w+)(?:\((.*)\))?$/.exec(init) ?? [];
  const texts = given.split(',');
  const [first = Number.NaN, second = Number.NaN, low = Number.NaN, high = Number.NaN] = texts.map(Number);
  switch (name) {
    case 'xavier_uniform':
      return xavierUniform();
    case 'xavier_normal':
      return xavierNormal();
    case 'kaiming_uniform':
      return kaimingUniform(kaimingOptions(texts));
    case 'kaiming_normal':
      return kaimingNormal(kaimingOptions(texts));
    case 'uniform':
      return uniform(first, second);
    case 'normal':
      return normal(first, second);
    case 'trunc_normal':
      return truncatedNormal({ mean: first, std: second, low, high });
    default:
      throw new Error(`there is no initialiser ${init}`);
  }
}

function kaimingOptions([mode, nonlinearity = '', slope = '']: readonly string[]): {
  readonly mode: 'fanIn' | 'fanOut';
  readonly nonlinearity: Nonlinearity;
  readonly a: number;
} {
  return {
    mode: mode === 'fan_out' ? 'fanOut' : 'fanIn',
    nonlinearity: nonlinearityOf(nonlinearity),
    a: Number(slope.replace('a=', '')),
  };
}

/** A layer that has the parameter, its name in a session, and the features that the layer takes. */
interface Drawn {
  readonly layer: Layer;
  readonly name: string;
  readonly shape: readonly number[];
}

function drawnBy({ init, shape, bound = 1 }: InitialiserCase): Drawn {
  const [outputs = 1, inputs = 1, ...window] = shape;
  switch (init) {
    case 'Linear default weight':
      return { layer: linear(inputs, outputs), name: 'linear.weight', shape: [1, inputs] };
    case 'Linear default bias': {
      // The bound is 1/√(fan in).
      const features = Math.round(bound ** -2);
      return { layer: linear(features, outputs), name: 'linear.bias', shape: [1, features] };
    }
    case 'Conv2d default weight': {
      const [height = 1, width = 1] = window;
      return {
        layer: conv2d(inputs, outputs, [height, width]),
        name: 'conv2d.weight',
        shape: [1, inputs, height, width],
      };
    }
    default: {
      const initialiser = initialiserOf(init);
      const layer = defineLayer({
        type: 'drawn',
        label: init,
        apply: (x, { parameter }): Tensor => mul(x, sum(parameter('weight', shape, initialiser, 'f32'))),
      });
      return { layer, name: 'drawn.weight', shape: [1] };
    }
  }
}

/** As many numbers as the moments are held to, and the most sessions that draw them. */
const enough = 40_000;
const mostSeeds = 60;

function draws(read: InitialiserCase, { target }: Bench): readonly number[] {
  const { layer, name, shape } = drawnBy(read);
  const x: Tensor = input('x', shape);
  const program = compile({ outputs: { y: layer(x) } }, { target });
  const numbers: number[] = [];
  for (let seed = 0; seed < mostSeeds && numbers.length < enough; seed++) {
    const drawn = program.start({ seed }).parameters()[name];
    if (drawn === undefined) throw new Error(`there is no parameter ${name}`);
    for (const each of drawn.data) numbers.push(each);
  }
  return numbers;
}

/** Standard errors that chance is granted: it needs more once in two million cases. */
const mostErrors = 5;
/** What single precision and formulas for it may differ by. */
const rounding = 1e-5;

function momentDifferences(
  { bound, mean: wantedMean = 0, std, measured: { kurtosis } }: InitialiserCase,
  numbers: readonly number[],
): readonly string[] {
  const count = numbers.length;
  const mean = numbers.reduce((total, each) => total + each, 0) / count;
  const deviation = Math.sqrt(numbers.reduce((total, each) => total + (each - mean) ** 2, 0) / count);
  const largest = numbers.reduce((most, each) => Math.max(most, Math.abs(each - wantedMean)), 0);
  const meanRoom = mostErrors * (std / Math.sqrt(count)) + rounding * std;
  const deviationRoom = mostErrors * Math.sqrt((kurtosis - 1) / (4 * count)) + rounding;
  const limit = bound ?? Infinity;
  return [
    ...(Math.abs(mean - wantedMean) <= meanRoom ? [] : [`the mean is ${mean}, expected ${wantedMean}`]),
    ...(Math.abs(deviation / std - 1) <= deviationRoom
      ? []
      : [`the standard deviation is ${deviation}, expected ${std}`]),
    ...(largest <= limit * (1 + rounding) ? [] : [`a number is ${largest} off, expected at most ${limit}`]),
  ];
}
