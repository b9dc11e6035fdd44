// Keeps what layers compute while a model is trained: of every tensor that it is shown, a histogram and the Euclidean
// norm a moment, and nothing of the values themselves. Relies on histogram.ts.
import { histogram, type Histogram } from './histogram.ts';
import { checkCount, dataError } from './refusal.ts';

/** A tensor as sessions hand it out, or its numbers alone. */
export type RecordedValues = ArrayLike<number> | { readonly data: ArrayLike<number> };

/** One tensor over time. */
export interface RecordedLayer {
  readonly name: string;
  /** A histogram a moment, the earliest first. */
  readonly histograms: readonly Histogram[];
  /** The Euclidean norm a moment, `√Σ value²`; NaN where a value is not finite. */
  readonly norms: readonly number[];
}

/** Options of {@link histogramRecorder}; all have defaults. */
export interface HistogramRecorderOptions {
  /** Which tensors to keep, and in which order. Default: all, in the order of the first moment. */
  readonly names?: readonly string[] | undefined;
  /** Ranges of each histogram. Default 48. */
  readonly bins?: number | undefined;
  /** Keep every so many epochs, beginning with the first that is heard of. Default 1. */
  readonly every?: number | undefined;
}

/** What {@link histogramRecorder} makes. Its `layers` and `moments` are what `histogramRidges` and `gradientFlow` draw. */
export interface HistogramRecorder {
  /** Keeps the present moment under a number; default: one more than the last. */
  readonly record: (moment?: number) => void;
  /** The same after an epoch: `fit(session, data, { onEpoch: recorder.onEpoch })`. */
  readonly onEpoch: (record: { readonly epoch: number }) => void;
  readonly moments: readonly number[];
  readonly layers: readonly RecordedLayer[];
  /** Moments and layers as plain data. */
  toJSON(): { readonly moments: readonly number[]; readonly layers: readonly RecordedLayer[] };
}

const call = 'histogramRecorder';

function normOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += (values[index] ?? 0) ** 2;
  return Number.isFinite(sum) ? Math.sqrt(sum) : NaN;
}

/**
 * Records activations, gradients or weights while a model is trained, a histogram and a norm a moment.
 *
 * @param read gives the tensors of the present moment by name: outputs of a few fixed samples
 *   (`() => session.predict(samples)`), among them any gradient that the program declares as an output, or
 *   `() => session.parameters()`.
 * @example
 * const [first, last] = grad(loss, [weight1, weight2]);
 * const program = compile({ loss, optimizer, outputs: { first, last } });
 * const recorder = histogramRecorder(() => session.predict({ x: samples, y: labels }));
 * await fit(session, data, { epochs: 20, onEpoch: recorder.onEpoch });
 * gradientFlow(recorder);
 * @throws DeclarationError `E_OPTION` for numbers that are not sensible; DataError `E_NAME` from `record` for a tensor that
 *   is not there, and `E_VALUE` for one that holds no numbers. A moment that fails leaves nothing behind.
 */
export function histogramRecorder(
  read: () => Readonly<Record<string, RecordedValues>>,
  options: HistogramRecorderOptions = {},
): HistogramRecorder {
  const { bins = 48, every = 1 } = options;
  checkCount(call, 'bins', bins);
  checkCount(call, 'every', every);
  let names = options.names;
  let heard = 0;
  const moments: number[] = [];
  const layers = new Map<string, { histograms: Histogram[]; norms: number[] }>();

  const record = (moment: number = (moments.at(-1) ?? 0) + 1): void => {
    const tensors = read();
    names ??= Object.keys(tensors);
    // All are counted before any is kept.
    const counted = names.map((name) => {
      const values = valuesOf(tensors, name);
      return { name, histogram: histogram(values, { bins }), norm: normOf(values) };
    });
    moments.push(moment);
    for (const one of counted) {
      const layer = layers.get(one.name) ?? { histograms: [], norms: [] };
      layer.histograms.push(one.histogram);
      layer.norms.push(one.norm);
      layers.set(one.name, layer);
    }
  };
  const recorded = (): readonly RecordedLayer[] =>
    [...layers].map(([name, { histograms, norms }]) => ({
      name,
      histograms: [...histograms],
      norms: [...norms],
    }));

  return {
    record,
    onEpoch: ({ epoch }) => {
      if (heard++ % every === 0) record(epoch);
    },
    get moments() {
      return [...moments];
    },
    get layers() {
      return recorded();
    },
    toJSON: () => ({ moments: [...moments], layers: recorded() }),
  };
}

function valuesOf(tensors: Readonly<Record<string, RecordedValues>>, name: string): ArrayLike<number> {
  const given = Object.hasOwn(tensors, name) ? tensors[name] : undefined;
  if (given === undefined) {
    const help = `there are ${Object.keys(tensors).join(', ') || 'none'}`;
    throw dataError('E_NAME', call, `there is no tensor "${name}"`, help);
  }
  // A caller in plain JavaScript may give anything.
  const isObject = typeof (given as unknown) === 'object' && (given as unknown) !== null;
  const values = isObject && 'data' in given ? given.data : given;
  if (isObject && 'length' in values && typeof values.length === 'number') return values;
  const help = 'give arrays of numbers, or tensors as session.predict gives them';
  throw dataError('E_VALUE', call, `"${name}" holds no numbers`, help);
}
