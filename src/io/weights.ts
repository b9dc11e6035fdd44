// The weights of a model, its parameters and running statistics, as safetensors under the names that PyTorch's
// `state_dict` has, and back. Relies on safetensors and on what a session hands out.
import { nearest } from '../ir/nearest.ts';
import { parseExact, stringifyExact } from './exact-json.ts';
import { ioError } from './io-error.ts';
import type { Safetensor, SafetensorSource } from './safetensors.ts';
import { decodeSafetensors, encodeSafetensors } from './safetensors.ts';
import { inFileOrder, stateDictNames } from './state-dict.ts';

/** Arrays that a session hands out. */
type SessionArray = Float32Array | Float64Array | Int32Array | Uint8Array;

interface SessionTensor {
  readonly data: SessionArray;
  readonly shape: readonly number[];
}

type SessionTensors = Readonly<Record<string, SessionTensor>>;

/** What weights are read from: every session is one. */
export interface WeightsSource {
  parameters(): SessionTensors;
  buffers(): SessionTensors;
  state(): SessionTensors;
  readonly steps: number;
}

/** What weights are put into: every session is one. */
export interface WeightsTarget extends Pick<WeightsSource, 'parameters' | 'buffers'> {
  assign(values: SessionTensors): void;
}

/** Options of `encodeWeights`. */
export interface EncodeWeightsOptions {
  /** In front of all names, e.g. `'module.'`; default none. */
  readonly prefix?: string;
  /** The name in the file for a name of ours (`linear1.weight`), before the prefix; default the same. */
  readonly rename?: (name: string) => string;
  /**
   * Write the averages in place of the parameters where the program keeps them (`compile({ average })`), as `evaluate` and
   * `predict` read them; default true. False writes what is trained.
   */
  readonly average?: boolean;
  /** The element type of floats: half the size with `'F16'` or `'BF16'`, which round. Default: as they are. */
  readonly dtype?: 'F16' | 'BF16';
  /** Saved beside the weights, as JSON: fitted scalers, class names. `loadWeights` gives it back. */
  readonly extras?: Readonly<Record<string, unknown>>;
  /** Texts for the file's own metadata; default none. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Options of `loadWeights`. */
export interface LoadWeightsOptions {
  /** Refuse names that are missing or unexpected; default true. Shapes have to fit in any case. */
  readonly strict?: boolean;
  /** Only names that begin so are read, without it, e.g. `'module.'`; default none. */
  readonly prefix?: string;
  /** Our name (`linear1.weight`) for a name in the file, after the prefix; `undefined` leaves it out. Default the same. */
  readonly rename?: (name: string) => string | undefined;
  /**
   * How layers are found: by `'name'`, the default, or by `'order'`, which takes the layers of the file in order of their
   * numbers, as `nn.Sequential` names them (`0.weight`, `2.weight`), for ours in order of declaration.
   */
  readonly match?: 'name' | 'order';
  /** The name that errors give the file; default none. */
  readonly file?: string;
}

/** What `loadWeights` did. Names are ours, without the model's. */
export interface LoadedWeights {
  readonly loaded: readonly string[];
  /** What the model has and the file has not; empty when strict. */
  readonly missing: readonly string[];
  /** What the file has and the model has not; empty when strict. */
  readonly unexpected: readonly string[];
  /** What was saved beside them; pass fitted scalers to `restore` of `tapeless/data`. */
  readonly extras: Readonly<Record<string, unknown>>;
}

const extrasName = 'tapeless.extras';
const countName = 'num_batches_tracked';

/**
 * The bytes of a safetensors file with the weights of a session: parameters, running statistics and other state of
 * layers, under PyTorch's names. The name of the model (`net/` in `net/linear1.weight`) is left out where all have it.
 * Batch normalisation gets the `num_batches_tracked` that PyTorch expects.
 *
 * @example
 * await fileStore('model.safetensors').write(encodeWeights(session, { extras: { scaler } }));
 * // in Python: model.load_state_dict(safetensors.torch.load_file('model.safetensors'))
 * @throws DataError `E_WEIGHTS_NAME` when `rename` gives one name to two tensors, `E_SAFETENSORS_METADATA`
 */
export function encodeWeights(
  session: WeightsSource,
  options: EncodeWeightsOptions = {},
): Uint8Array<ArrayBuffer> {
  const {
    prefix = '',
    rename = (name: string) => name,
    average = true,
    extras,
    metadata = {},
    dtype,
  } = options;
  const parameters = session.parameters();
  const tensors: SessionTensors = { ...parameters, ...session.buffers() };
  const averages = average ? session.state() : {};
  const names = stateDictNames(Object.keys(tensors));
  const file = new Map<string, SafetensorSource>();
  const add = (name: string, source: SafetensorSource): void => {
    const full = `${prefix}${rename(name)}`;
    if (file.has(full)) {
      const problem = `two tensors would be called ${JSON.stringify(full)}`;
      throw ioError('E_WEIGHTS_NAME', problem, 'have rename give every name another one');
    }
    file.set(full, source);
  };
  for (const [own, tensor] of Object.entries(tensors)) {
    const { data, shape } =
      (Object.hasOwn(parameters, own) ? averages[`${own}.average`] : undefined) ?? tensor;
    const isHalved = dtype !== undefined && (data instanceof Float32Array || data instanceof Float64Array);
    const name = names.get(own) ?? own;
    add(name, isHalved ? { data: Float32Array.from(data), shape, dtype } : { data, shape });
    const module = name.replace(/running_mean$/, '');
    if (module !== name && !Object.hasOwn(tensors, own.replace(/running_mean$/, countName))) {
      add(`${module}${countName}`, { data: BigInt64Array.of(BigInt(session.steps)), shape: [] });
    }
  }
  const saved = extras === undefined ? {} : { [extrasName]: stringifyExact(extras) };
  return encodeSafetensors(Object.fromEntries(file), {
    metadata: { format: 'pt', ...saved, ...metadata },
  });
}

/**
 * Puts weights into a session: those that `encodeWeights` wrote, or the `state_dict` of an equal network that PyTorch
 * wrote (`safetensors.torch.save_file`). Numbers are converted to the session's element types; averages of the program
 * begin anew from the weights. Nothing is changed when anything does not fit.
 *
 * @throws DataError `E_WEIGHTS_MISMATCH` with all that is missing, unexpected or of another shape, `E_WEIGHTS_NAME` when
 * two tensors of the file get one name, and what `decodeSafetensors` throws
 */
export function loadWeights(
  session: WeightsTarget,
  content: Uint8Array | ArrayBuffer,
  options: LoadWeightsOptions = {},
): LoadedWeights {
  const { strict = true, file } = options;
  const { tensors, metadata } = decodeSafetensors(content, file === undefined ? {} : { file });
  const targets: SessionTensors = { ...session.parameters(), ...session.buffers() };
  const names = stateDictNames(Object.keys(targets));
  const found = renamed(tensors, options, [...names.values()]);
  const known = new Set(names.values());
  const missing = [...known].filter((name) => !found.has(name));
  // PyTorch counts batches whether it uses the count or not; a layer of ours has it only if it does.
  const unexpected = [...found.keys()].filter((name) => !known.has(name) && !name.endsWith(countName));
  const misshapen: string[] = [];
  const values: Record<string, SessionTensor> = {};
  const loaded: string[] = [];
  for (const [own, { data, shape }] of Object.entries(targets)) {
    const name = names.get(own) ?? own;
    const tensor = found.get(name);
    if (tensor === undefined) continue;
    if (tensor.shape.join() === shape.join()) {
      values[own] = { data: converted(tensor.data, data), shape };
      loaded.push(name);
    } else {
      misshapen.push(
        `  ${name} has shape [${tensor.shape.join(', ')}], the model's is [${shape.join(', ')}]`,
      );
    }
  }
  const problems = [
    ...(strict ? missing.map((name) => `  ${name} is missing${hint(name, unexpected)}`) : []),
    ...(strict ? unexpected.map((name) => `  ${name} is not in the model`) : []),
    ...misshapen,
  ];
  if (problems.length > 0) {
    const help =
      "give rename or prefix if names differ alone, match: 'order' for an nn.Sequential, or strict: false to load " +
      'what has the same name';
    throw ioError('E_WEIGHTS_MISMATCH', `the weights do not fit the model:\n\n${listed(problems)}`, help, {
      file,
    });
  }
  session.assign(values);
  return Object.freeze({ loaded, missing, unexpected, extras: readExtras(metadata[extrasName], file) });
}

/** The tensors of a file by our names. */
function renamed(
  tensors: Readonly<Record<string, Safetensor>>,
  { prefix = '', rename = (name) => name, match = 'name', file }: LoadWeightsOptions,
  ours: readonly string[],
): ReadonlyMap<string, Safetensor> {
  const found = new Map<string, Safetensor>();
  const inOrder = match === 'order' ? inFileOrder(Object.keys(tensors), prefix, ours) : undefined;
  for (const [full, tensor] of Object.entries(tensors)) {
    if (!full.startsWith(prefix)) continue;
    const short = full.slice(prefix.length);
    const name = rename(inOrder?.get(short) ?? short);
    if (name === undefined) continue;
    if (found.has(name)) {
      const problem = `two tensors of the file are called ${JSON.stringify(name)} after rename`;
      throw ioError('E_WEIGHTS_NAME', problem, 'have rename give every name another one', { file });
    }
    found.set(name, tensor);
  }
  return found;
}

/** The elements in an array of the session's kind, in memory of their own. */
function converted(data: Safetensor['data'], like: SessionArray): SessionArray {
  if (data.constructor === like.constructor) return data as SessionArray; // of the same kind as one
  const numbers = Float64Array.from<number | bigint>(data, Number);
  if (like instanceof Float32Array) return Float32Array.from(numbers);
  if (like instanceof Float64Array) return numbers;
  return like instanceof Int32Array ? Int32Array.from(numbers) : Uint8Array.from(numbers);
}

function readExtras(text: string | undefined, file: string | undefined): Readonly<Record<string, unknown>> {
  if (text === undefined) return Object.freeze({});
  try {
    return Object.freeze(Object(parseExact(text)) as Record<string, unknown>); // JSON that encodeWeights wrote
  } catch (cause) {
    const problem = `the metadata ${extrasName} are no JSON`;
    throw ioError('E_SAFETENSORS_METADATA', problem, 'save the weights again', { file, cause });
  }
}

function hint(name: string, candidates: readonly string[]): string {
  const near = nearest(name, candidates);
  return near === undefined ? '' : ` (there is ${near})`;
}

const mostListed = 12;

function listed(problems: readonly string[]): string {
  const rest = problems.length - mostListed;
  return [...problems.slice(0, mostListed), ...(rest > 0 ? [`  and ${rest} more`] : [])].join('\n');
}
