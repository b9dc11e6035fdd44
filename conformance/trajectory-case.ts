// A recorded training run: the same model from the same values on the same batches, compared in its losses, learning
// rates, final parameters, running statistics and evaluation. A learning-rate sequence is a run of which only that counts.
import {
  adjustable,
  batchNorm1d,
  clipNorm,
  clipValue,
  compile,
  crossEntropy,
  elu,
  gelu,
  groups,
  huber,
  input,
  l1,
  l2,
  leakyRelu,
  linear,
  mean,
  mish,
  mse,
  neg,
  relu,
  scalar,
  selu,
  sequential,
  sigmoid,
  silu,
  softplus,
  softsign,
  square,
  stepCounter,
  tanh,
  type Feeds,
  type Layer,
  type NumericTensor,
  type Optimizer,
  type Scheduled,
  type Session,
  type Tensor,
} from 'tapeless';
import { firstDifference, labelled, type Tolerance } from './compare.ts';
import { toDoubles, type Num } from './corpus.ts';
import { describeError, type Bench } from './execute.ts';
import { outcome, type Outcome } from './outcome.ts';
import {
  baseRate,
  optimizerOf,
  plateauRuleOf,
  scheduledRates,
  type Rates,
  type TorchOptions,
  type TorchSchedule,
} from './training-options.ts';

export interface Numbers {
  readonly s: readonly number[];
  readonly d: readonly number[];
}

export type RecordedLayer =
  | { readonly t: 'linear'; readonly in: number; readonly out: number; readonly bias: boolean }
  | { readonly t: 'bn'; readonly n: number; readonly momentum: number; readonly eps: number }
  | { readonly t: keyof typeof activations };

/** Activations by PyTorch's names, with its defaults. */
const activations = {
  relu,
  tanh,
  gelu,
  sigmoid,
  silu,
  elu,
  selu,
  softplus,
  softsign,
  mish,
  leaky_relu: leakyRelu,
};

/** What the cases of a file share. */
export interface TrajectoryHeader {
  readonly models: Readonly<Record<string, { readonly layers: readonly RecordedLayer[] }>>;
  readonly data: Readonly<
    Record<string, { readonly x: Numbers; readonly y: Numbers; readonly xtest: Numbers }>
  >;
}

type Named<T> = Readonly<Record<string, T>>;

/** A training run. */
export interface TrajectoryCase {
  readonly id: string;
  readonly opt: string;
  readonly options: TorchOptions;
  readonly model: string;
  readonly data: string;
  readonly loss: 'ce' | 'mse' | 'huber';
  readonly steps: number;
  /** Rows of a step, which takes the slice `t mod ⌊rows / batch⌋`. */
  readonly batch?: number;
  readonly l1?: number;
  readonly l2?: number;
  readonly clip_norm?: number;
  readonly clip_value?: number;
  readonly label_smoothing?: number;
  /** Options of weights, and of the rest. */
  readonly groups?: readonly [TorchOptions, TorchOptions];
  readonly sched?: TorchSchedule;
  readonly init: Named<Numbers>;
  /** The rate of each step; with groups those of all groups. */
  readonly lr: readonly (Num | readonly Num[])[];
  readonly loss64: readonly Num[];
  readonly final64: Named<readonly Num[]>;
  readonly stats64?: Named<readonly Num[]>;
  readonly eval64: { readonly s: readonly number[]; readonly d: readonly Num[] };
  readonly torch_f32_vs_f64?: Named<number>;
}

/** A learning-rate sequence; one that follows the loss has the losses. */
export interface SequenceCase {
  readonly id: string;
  readonly sched: TorchSchedule;
  readonly lr0: number;
  readonly metrics?: readonly Num[];
  readonly lr: readonly Num[];
  readonly momentum?: readonly Num[];
}

export function runTrajectoryCase(
  read: TrajectoryCase | SequenceCase,
  bench: Bench,
  header: TrajectoryHeader,
): Outcome {
  try {
    return outcome('opt' in read ? compareRun(read, bench, header) : compareSequence(read, bench));
  } catch (error) {
    return outcome([describeError(error)]);
  }
}

function found<T>(table: Named<T>, key: string, what: string): T {
  const value = table[key];
  if (value === undefined) throw new Error(`there is no ${what} "${key}"`);
  return value;
}

function layerOf(recorded: RecordedLayer, position: number): Layer {
  const name = String(position);
  if (recorded.t === 'linear') {
    return linear(recorded.in, recorded.out, { bias: recorded.bias, name });
  }
  if (recorded.t === 'bn') {
    return batchNorm1d(recorded.n, { momentum: recorded.momentum, eps: recorded.eps, name });
  }
  // Cases may be of layers that are not among ours.
  return found<() => Layer>(activations, recorded.t, 'layer')();
}

/** `0.w` → `net/0.weight`: our name of a recorded leaf. */
function nameOf(recorded: string): string {
  const [position = '', leaf = ''] = recorded.split('.');
  const names: Named<string> = { w: 'weight', g: 'weight', b: 'bias', rm: 'running_mean', rv: 'running_var' };
  return `net/${position}.${found(names, leaf, 'leaf')}`;
}

/** How a rate that is no schedule of the step comes from outside. */
const rateName = 'lr';

function ratesOf(sched: TorchSchedule | undefined, base: number): Rates {
  if (sched === undefined) return { lr: base };
  return scheduledRates(sched, base) ?? { lr: adjustable(rateName, base) };
}

/** A rate as a metric: what it is in a step. */
function metricOf(rate: Scheduled): Tensor {
  return typeof rate === 'number' ? scalar(rate, 'f64') : rate(stepCounter());
}

interface TrainedProgram {
  readonly session: Session;
  readonly feeds: (step: number) => Feeds;
}

function programOf(run: TrajectoryCase, { target, float }: Bench, header: TrajectoryHeader): TrainedProgram {
  const { layers } = found(header.models, run.model, 'model');
  const data = found(header.data, run.data, 'data');
  const [rows = 0, ...features] = data.x.s;
  const { batch = rows } = run;
  const x: Tensor = input('x', [batch, ...features], float);
  const y: Tensor = input('y', [batch, ...data.y.s.slice(1)], run.loss === 'ce' ? 'i32' : float);
  const test: Tensor = input('test', data.xtest.s, float);
  const net = sequential('net', ...layers.map(layerOf));
  const members = membersOf(run);
  const maximise = run.options['maximize'] === true;
  const loss = lossOf(run, net(x), y);
  const program = compile(
    {
      // Runs that maximise were given the negated loss.
      loss: maximise ? neg(loss) : loss,
      optimizer: optimizerFor(run, members),
      penalties: [
        ...(run.l1 === undefined ? [] : [l1(run.l1)]),
        ...(run.l2 === undefined ? [] : [l2(run.l2)]),
      ],
      gradients: [
        ...(run.clip_norm === undefined ? [] : [clipNorm(run.clip_norm)]),
        ...(run.clip_value === undefined ? [] : [clipValue(run.clip_value)]),
      ],
      metrics: Object.fromEntries(
        members.map(({ rates }, position) => [`lr${position}`, metricOf(rates.lr)]),
      ),
      outputs: { evaluation: net(test) },
    },
    { target },
  );
  const session = program.start();
  session.assign(
    Object.fromEntries(
      Object.entries(run.init).map(([name, { s, d }]) => [
        nameOf(name),
        { data: floats(d, float), shape: s },
      ]),
    ),
  );
  const batches = Math.floor(rows / batch);
  return {
    session,
    feeds: (step) => {
      const start = (step % batches) * batch;
      return {
        x: rowsOf(data.x, start, batch, float),
        y: rowsOf(data.y, start, batch, run.loss === 'ce' ? 'i32' : float),
      };
    },
  };
}

/** Some options, with their rates. */
interface Member {
  readonly options: TorchOptions;
  readonly rates: Rates;
}

/** The options of each group, or of all parameters. */
function membersOf({ opt, options, groups: differences, sched }: TrajectoryCase): readonly Member[] {
  return (differences ?? [{}]).map((group) => {
    const own = { ...options, ...group };
    return { options: own, rates: ratesOf(sched, baseRate(opt, own)) };
  });
}

function optimizerFor({ opt }: TrajectoryCase, members: readonly Member[]): Optimizer {
  const [first, ...others] = members.map(({ options, rates }) => optimizerOf(opt, options, rates));
  if (first === undefined) throw new Error('there is no group');
  if (others.length === 0) return first;
  return groups([
    { parameters: 'weights', optimizer: first },
    ...others.map((optimizer) => ({ parameters: 'rest', optimizer }) as const),
  ]);
}

function lossOf(run: TrajectoryCase, output: Tensor, target: Tensor): Tensor {
  switch (run.loss) {
    case 'ce':
      return crossEntropy(output, target, { labelSmoothing: run.label_smoothing ?? 0 });
    case 'mse':
      return mse(output, target);
    case 'huber':
      return huber(output, target, { delta: 0.5 });
  }
}

function floats(numbers: readonly number[], float: 'f32' | 'f64'): Float32Array | Float64Array {
  const rounded = Float32Array.from(numbers);
  return float === 'f32' ? rounded : Float64Array.from(rounded);
}

function rowsOf(
  { s, d }: Numbers,
  start: number,
  rows: number,
  dtype: 'i32' | 'f32' | 'f64',
): { readonly data: Float32Array | Float64Array | Int32Array; readonly shape: readonly number[] } {
  const width = s.slice(1).reduce((product, size) => product * size, 1);
  const numbers = d.slice(start * width, (start + rows) * width);
  const data = dtype === 'i32' ? Int32Array.from(numbers) : floats(numbers, dtype);
  return { data, shape: [rows, ...s.slice(1)] };
}

function compareRun(run: TrajectoryCase, bench: Bench, header: TrajectoryHeader): readonly string[] {
  const { session, feeds } = programOf(run, bench, header);
  const rule = run.sched === undefined || isScheduled(run.sched) ? undefined : plateauRuleOf(run.sched);
  let plateau = rule?.start(baseRate(run.opt, run.options));
  const losses: number[] = [];
  const rates: (readonly number[])[] = [];
  for (let step = 0; step < run.steps; step++) {
    const { loss, ...lr } = session.step(feeds(step));
    losses.push(loss);
    rates.push(Object.values<number>(lr));
    if (rule === undefined || plateau === undefined) continue;
    plateau = rule.observe(plateau, loss);
    session.assign({ [rateName]: plateau.lr });
  }
  const { xtest } = found(header.data, run.data, 'data');
  const test = rowsOf(xtest, 0, xtest.s[0] ?? 0, bench.float);
  const { evaluation } = session.predict({ test });
  const leaves: Named<NumericTensor> = { ...session.parameters(), ...session.state() };
  const tolerance = toleranceOf(run, bench);
  const compared = (what: string, got: ArrayLike<number> | undefined, wanted: readonly Num[]) =>
    labelled(
      what,
      firstDifference({ data: got ?? [], shape: [wanted.length] }, [toDoubles(wanted)], tolerance),
    );
  return [
    ...rateDifferences('lr', rates.flat(), run.lr.flat()),
    ...compared('loss', losses, run.loss64),
    ...Object.entries({ ...run.final64, ...run.stats64 }).flatMap(([name, wanted]) =>
      compared(name, leaves[nameOf(name)]?.data, wanted),
    ),
    ...compared('evaluation', evaluation?.data, run.eval64.d),
  ];
}

function isScheduled(sched: TorchSchedule): boolean {
  return scheduledRates(sched, 1) !== undefined;
}

/** Rates are doubles on every target. */
const rateTolerance: Tolerance = { relative: 1e-10, absolute: 1e-14 };

function rateDifferences(what: string, got: readonly number[], wanted: readonly Num[]): readonly string[] {
  const recorded = wanted.slice(0, got.length);
  return labelled(
    what,
    firstDifference({ data: got, shape: [got.length] }, [toDoubles(recorded)], rateTolerance),
  );
}

/** In single precision fifty times what it cost PyTorch. */
function toleranceOf(run: TrajectoryCase, { float }: Bench): Tolerance {
  if (float === 'f64') return { relative: 1e-10, absolute: 1e-14 };
  const worst = Math.max(0, ...Object.values(run.torch_f32_vs_f64 ?? {}));
  return { relative: Math.max(1e-5, 50 * worst), absolute: 1e-6 };
}

/** Steps of a program with one parameter, of which the rates are read. */
function compareSequence(read: SequenceCase, { target, float }: Bench): readonly string[] {
  const { sched, lr0, metrics = [], lr: wanted, momentum: wantedMomentum } = read;
  const rates = ratesOf(sched, lr0);
  const { momentum = 0 } = rates;
  const x = input('x', [1, 1], float);
  const program = compile(
    {
      loss: mean(square(linear(1, 1)(x))),
      optimizer: optimizerOf('SGD', {}, { lr: rates.lr, momentum }),
      metrics: { lr: metricOf(rates.lr), momentum: metricOf(momentum) },
    },
    { target },
  );
  const session = program.start();
  const rule = isScheduled(sched) ? undefined : plateauRuleOf(sched);
  let plateau = rule?.start(lr0);
  const steps = wanted.map((_, step) => {
    const { lr, momentum: inertia } = session.step({ x: [[0]] });
    if (rule !== undefined && plateau !== undefined) {
      plateau = rule.observe(plateau, Number(metrics[step]));
      session.assign({ [rateName]: plateau.lr });
    }
    return { lr, momentum: inertia };
  });
  return [
    ...rateDifferences(
      'lr',
      steps.map(({ lr }) => lr),
      wanted,
    ),
    ...rateDifferences(
      'momentum',
      wantedMomentum === undefined ? [] : steps.map((each) => each.momentum),
      wantedMomentum ?? [],
    ),
  ];
}
