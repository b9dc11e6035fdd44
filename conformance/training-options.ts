// Optimizers and learning-rate schedules of the recorded training runs, from PyTorch's names to ours.
import {
  adadelta,
  adafactor,
  adagrad,
  adam,
  adamW,
  adamax,
  add,
  asgd,
  constantLr,
  cosineAnnealingLr,
  cosineWarmRestartsLr,
  cyclic,
  div,
  exponentialLr,
  lambdaLr,
  less,
  linearLr,
  lion,
  maximum,
  minimum,
  multiplicativeLr,
  multiStepLr,
  nadam,
  oneCycle,
  polynomialLr,
  radam,
  rmsprop,
  rprop,
  rsqrt,
  sequentialLr,
  sgd,
  stepLr,
  sub,
  where,
  type Optimizer,
  type Scheduled,
  type Tensor,
} from 'tapeless';
import { reduceOnPlateau, type PlateauRule } from 'tapeless/train';

/** Options by PyTorch's names; absent ones have PyTorch's defaults. */
export type TorchOptions = Readonly<Record<string, unknown>>;

export interface TorchSchedule extends TorchOptions {
  readonly name: string;
}

/** What a schedule gives to an optimizer. */
export interface Rates {
  readonly lr: Scheduled;
  /** Where the schedule moves momentum, too. */
  readonly momentum?: Scheduled;
}

/** Learning rates where none is given. */
const defaultRates: Readonly<Record<string, number>> = {
  SGD: 0.001,
  Adam: 0.001,
  AdamW: 0.001,
  RMSprop: 0.01,
  Adadelta: 1,
  Adagrad: 0.01,
  Adamax: 0.002,
  NAdam: 0.002,
  RAdam: 0.001,
  ASGD: 0.01,
  Rprop: 0.01,
  Adafactor: 0.01,
  Lion: 1e-4,
};

export function baseRate(optimizer: string, { lr }: TorchOptions): number {
  const rate = lr ?? defaultRates[optimizer];
  if (typeof rate !== 'number') throw new Error(`there is no learning rate for ${optimizer}`);
  return rate;
}

/** `weight_decay` → `weightDecay`; of what PyTorch takes besides, `T_max` → `tMax`. */
function camelCase(name: string): string {
  const words = name.split('_').filter((word) => word !== '');
  const [first = '', ...others] = words.map((word) => word.toLowerCase());
  return first + others.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

/** How PyTorch carries updates out, and what it prints, changes nothing. */
const implementationOptions: ReadonlySet<string> = new Set([
  'foreach',
  'fused',
  'capturable',
  'differentiable',
  'verbose',
]);

function renamed(options: TorchOptions): Record<string, unknown> {
  const kept = Object.entries(options).filter(
    ([name, value]) => value !== null && !implementationOptions.has(name),
  );
  return Object.fromEntries(kept.map(([name, value]) => [camelCase(name), value]));
}

const makers: Readonly<Record<string, (options: never) => Optimizer>> = {
  SGD: sgd,
  Adam: adam,
  AdamW: adamW,
  RMSprop: rmsprop,
  Adadelta: adadelta,
  Adagrad: adagrad,
  Adamax: adamax,
  NAdam: nadam,
  RAdam: radam,
  ASGD: asgd,
  Rprop: rprop,
  Adafactor: adafactor,
  Lion: lion,
};

const secondBeta = 0.999;

/** An optimizer of PyTorch by name, with rates in the place of those in its options. */
export function optimizerOf(name: string, options: TorchOptions, { lr, momentum }: Rates): Optimizer {
  const make = makers[name];
  if (make === undefined) throw new Error(`there is no optimizer ${name}`);
  const { betas, ...others } = renamed(options);
  const [first, second = secondBeta] = Array.isArray(betas) ? (betas as readonly number[]) : [];
  const moments = 'betas' in options || momentum !== undefined ? { betas: [momentum ?? first, second] } : {};
  const inertia = hasMomentum.has(name) ? (momentum === undefined ? {} : { momentum }) : moments;
  // Each optimizer checks the names and values of its options itself.
  return make({ ...others, lr, ...inertia } as never);
}

/** Optimizers with an option `momentum`; the others have betas. */
const hasMomentum: ReadonlySet<string> = new Set(['SGD', 'RMSprop']);

/** The factors of `LambdaLR` in the corpus: `invsqrt`, `warmup4`, and `warmup3_lin10`, which then falls to 0 at step 10. */
function lambdaOf(name: string): (time: Tensor) => Tensor {
  if (name === 'invsqrt') return (time) => rsqrt(add(time, 1));
  const [, rise, end] = /^warmup(\d+)(?:_lin(\d+))?$/.exec(name) ?? [];
  if (rise === undefined) throw new Error(`there is no factor ${name}`);
  const steps = Number(rise);
  if (end === undefined) return (time) => minimum(div(add(time, 1), steps), 1);
  const fall = Number(end);
  return (time) =>
    where(less(time, steps), div(add(time, 1), steps), maximum(div(sub(fall, time), fall - steps), 0));
}

type ScheduleMaker = (base: Scheduled, options: Record<string, unknown>) => Rates;

// Options are passed on under their own names: what is not an option of a schedule is refused by it.
const plain =
  (make: (base: Scheduled, options: never) => Scheduled): ScheduleMaker =>
  (base, options) => ({ lr: make(base, options as never) });

const scheduleMakers: Readonly<Record<string, ScheduleMaker>> = {
  StepLR: plain(stepLr),
  MultiStepLR: plain(multiStepLr),
  ExponentialLR: plain(exponentialLr),
  MultiplicativeLR: (base, { fn }) => ({ lr: multiplicativeLr(base, lambdaOf(String(fn))) }),
  ConstantLR: plain(constantLr),
  LinearLR: plain(linearLr),
  PolynomialLR: plain(polynomialLr),
  CosineAnnealingLR: plain(cosineAnnealingLr),
  CosineAnnealingWarmRestarts: plain(cosineWarmRestartsLr),
  LambdaLR: (base, { fn }) => ({ lr: lambdaLr(base, lambdaOf(String(fn))) }),
  OneCycleLR: (_, { cycleMomentum = true, ...options }) => {
    const { lr, momentum } = oneCycle(options as never);
    return cycleMomentum === true ? { lr, momentum } : { lr };
  },
  SequentialLR: (base, { schedulers, ...options }) => ({
    lr: sequentialLr(
      partsOf({ schedulers }).map((make) => make(base)),
      options as never,
    ),
  }),
  // Factors of factors: each schedule is the base of the next.
  ChainedScheduler: (base, options) => ({ lr: partsOf(options).reduce((rate, make) => make(rate), base) }),
  CyclicLR: (_, { cycleMomentum = true, mode, ...options }) => {
    const given = mode === 'exp_range' ? 'expRange' : mode;
    const { lr, momentum } = cyclic({ ...options, ...(given === undefined ? {} : { mode: given }) } as never);
    return cycleMomentum === true ? { lr, momentum } : { lr };
  },
};

/** The schedules that another one is made of, as functions that may be applied to any base. */
function partsOf({ schedulers }: TorchOptions): readonly ((base: Scheduled) => Scheduled)[] {
  if (!Array.isArray(schedulers)) throw new Error('there are no schedulers');
  return (schedulers as readonly TorchSchedule[]).map(({ name, ...options }) => {
    const make = scheduleMakers[name];
    if (make === undefined) throw new Error(`there is no schedule ${name} of one step counter`);
    return (base) => make(base, renamed(options)).lr;
  });
}

/** The rates of a schedule that is an expression of the step; undefined for one that follows the loss. */
export function scheduledRates({ name, ...options }: TorchSchedule, base: number): Rates | undefined {
  if (name === plateauName) return undefined;
  const make = scheduleMakers[name];
  if (make === undefined) throw new Error(`there is no schedule ${name}`);
  return make(base, renamed(options));
}

const plateauName = 'ReduceLROnPlateau';

/** The rule of a schedule that follows the loss. */
export function plateauRuleOf({ name, ...options }: TorchSchedule): PlateauRule {
  if (name !== plateauName) throw new Error(`${name} does not follow the loss`);
  return reduceOnPlateau(renamed(options));
}
