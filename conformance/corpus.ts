// The files of the conformance corpus: JSON lines, plain or compressed, and JSON documents. What a file holds is told
// by what stands in it.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** JSON has no NaN and no infinities: these stand as their names. */
export type Num = number | 'NaN' | 'Infinity' | '-Infinity';

/** A concrete tensor: float, integer or boolean; floats of inputs are shortest decimals of float32. */
export interface CorpusTensor {
  readonly t: 'f' | 'i' | 'b';
  readonly s: readonly number[];
  readonly d: readonly Num[];
}

/** What floats have to be, computed in double and in single precision. */
export interface CorpusFloats {
  readonly d64: readonly Num[];
  readonly d32?: readonly Num[];
}

/** A result: floats carry both references, integers and booleans `d`. */
export interface CorpusResult extends Partial<CorpusFloats> {
  readonly t: 'f' | 'i' | 'b';
  readonly s: readonly number[];
  readonly d?: readonly Num[];
}

export type CorpusAttributes = Readonly<Record<string, unknown>>;

/** What the cases of operators have, however they are called. */
export interface CallCase {
  readonly id: string;
  readonly op: string;
  readonly tags: readonly string[];
  readonly in: readonly (CorpusTensor | null)[];
  readonly out?: readonly CorpusResult[];
  readonly grad?: readonly (CorpusFloats | null)[];
  /** `false`: a tie, kink or singular point, where the gradient is a convention. */
  readonly fd?: boolean | null;
  /** Present on a call that has to be refused. */
  readonly error?: string;
}

export interface OperatorCase extends CallCase {
  readonly attrs: CorpusAttributes;
}

/** `{"$t": i}` is input i, `{"$slice": […]}` a range of an axis. */
export type OpinfoArgument =
  | { readonly $t: number }
  | { readonly $slice: readonly (number | null)[] }
  | number
  | boolean
  | string
  | null
  | readonly OpinfoArgument[];

export interface OpinfoCase extends CallCase {
  readonly args: readonly OpinfoArgument[];
  readonly kwargs: Readonly<Record<string, OpinfoArgument>>;
}

export interface GraphCase {
  readonly id: string;
  readonly in: readonly CorpusTensor[];
  readonly nodes: readonly {
    readonly op: string;
    readonly in: readonly number[];
    readonly attrs: CorpusAttributes;
  }[];
  readonly loss: number;
  readonly loss64: Num;
  readonly loss32: Num;
  /** `null`: the loss does not depend on the input. */
  readonly grad: readonly (CorpusFloats | null)[];
  readonly outs: readonly (CorpusFloats & { readonly ref: number; readonly s: readonly number[] })[];
  readonly hvp?: readonly (CorpusFloats | null)[];
}

/** What a file holds. */
export type Kind = 'ops' | 'opinfo' | 'graphs' | 'trajectories' | 'tfjs' | 'initialisers';

export interface Corpus {
  readonly file: string;
  readonly kind: Kind;
  /** The first line of PyTorch's files; of initialisers the whole document. */
  readonly header: unknown;
  /** The cases as they were read; whoever runs them knows their form from the kind. */
  readonly cases: readonly unknown[];
}

/** A file that cannot be read; the message says why. */
export class CorpusError extends Error {
  override readonly name: string = 'CorpusError';
}

/** @throws {CorpusError} when there is no such file, or it is not of the corpus */
export function readCorpus(file: string): Corpus {
  const documents = parse(file, textOf(file));
  const [first] = documents;
  if (first === undefined) throw new CorpusError(`${file} is empty`);
  if (documents.length === 1 && isRecord(first) && Array.isArray(first.cases) && 'gain' in first) {
    return { file, kind: 'initialisers', header: first, cases: first.cases };
  }
  // Lists of cases may stand in one JSON document, too.
  const lines: readonly unknown[] =
    documents.length === 1 && Array.isArray(first) ? (first as readonly unknown[]) : documents;
  const [head] = lines;
  const hasHeader = isRecord(head) && 'format' in head;
  const cases = hasHeader ? lines.slice(1) : lines;
  const kinds = new Set(cases.map(kindOf));
  const [kind] = kinds;
  if (kind === undefined || kinds.size > 1) {
    const problem = cases.length === 0 ? 'has no cases' : 'holds what is no case of the conformance corpus';
    throw new CorpusError(`${file} ${problem}`);
  }
  return { file, kind, header: hasHeader ? head : null, cases };
}

function textOf(file: string): string {
  try {
    const bytes = readFileSync(file);
    const isCompressed = bytes[0] === 0x1f && bytes[1] === 0x8b;
    return (isCompressed ? gunzipSync(bytes) : bytes).toString('utf8');
  } catch (cause) {
    throw new CorpusError(`${file} cannot be read: ${String(cause)}`, { cause });
  }
}

/** One JSON document, or one a line. */
function parse(file: string, text: string): readonly unknown[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const whole = attempt(() => JSON.parse(text) as unknown);
  if (whole !== undefined) return [whole];
  return lines.map((line, position) => {
    const parsed = attempt(() => JSON.parse(line) as unknown);
    if (parsed === undefined) throw new CorpusError(`${file} is not JSON in line ${position + 1}`);
    return parsed;
  });
}

function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The kind of a case, by the fields that only this kind has. */
function kindOf(line: unknown): Kind | undefined {
  if (!isRecord(line)) return undefined;
  if ('trace' in line && 'asserts' in line) return 'tfjs';
  if ('nodes' in line && 'loss' in line) return 'graphs';
  if ('sched' in line || 'opt' in line) return 'trajectories';
  if ('args' in line && 'in' in line) return 'opinfo';
  if ('op' in line && 'in' in line) return 'ops';
  return 'init' in line ? 'initialisers' : undefined;
}

export function toDoubles(numbers: readonly Num[]): Float64Array {
  return Float64Array.from(numbers, Number);
}

/** What the float64 oracle saw: float32 inputs, widened. */
export function inputDoubles(tensor: CorpusTensor): Float64Array {
  const numbers = toDoubles(tensor.d);
  return tensor.t === 'f' ? Float64Array.from(numbers, Math.fround) : numbers;
}

/** The cotangent of every case, and the vector of every Hessian-vector product: a formula of the flat index. */
export function corpusCotangent(length: number): Float64Array {
  return Float64Array.from({ length }, (_, k) => (((7 * k + 3) % 10) - 4.5) / 4);
}
