// Class names to labels and back: scikit-learn's LabelEncoder as a frozen fitted value that is saved as JSON.
// Relies on labels only.

import { dataError } from './data-error.ts';
import type { LabelSource } from './labels.ts';
import { labels } from './labels.ts';

/** What a class can be called in a file: a text, a number or a truth value. */
export type ClassValue = string | number | boolean;

/** What a fitted encoder is on paper. */
export interface LabelEncoderJson<Value extends ClassValue = ClassValue> {
  readonly kind: 'labelEncoder';
  /** What label 0, 1, … stands for. */
  readonly classes: readonly Value[];
}

/** A fitted encoder: the classes, each one's label being its place in the list. Frozen. */
export interface FittedLabelEncoder<Value extends ClassValue = ClassValue> extends LabelEncoderJson<Value> {
  /** The classes as texts, for `dataset(…, { classNames: { y: encoder.classNames } })`. */
  readonly classNames: readonly string[];
  /**
   * The label of each value.
   * @throws DataError `E_DATA_LABEL` when a value is none of the classes
   */
  transform(values: ArrayLike<Value | null>): Int32Array;
  /**
   * The class of each label.
   * @throws DataError `E_DATA_LABEL` when there is no such class
   */
  inverse(source: LabelSource): readonly Value[];
  toJSON(): LabelEncoderJson<Value>;
}

/** What `fitTransform` gives: the encoder and the labels. */
export interface EncodedLabels<Value extends ClassValue> {
  readonly encoder: FittedLabelEncoder<Value>;
  readonly y: Int32Array;
}

/** An encoder that has seen no data yet. */
export interface LabelEncoder {
  /**
   * The distinct values in ascending order: texts by code units, numbers by size, false before true.
   * @throws DataError `E_DATA_EMPTY` (no values), `E_DATA_LABEL` (a missing value, or values of several types)
   */
  fit(values: ArrayLike<string | null>): FittedLabelEncoder<string>;
  fit(values: ArrayLike<number | null>): FittedLabelEncoder<number>;
  fit(values: ArrayLike<boolean | null>): FittedLabelEncoder<boolean>;
  fit(values: ArrayLike<ClassValue | null>): FittedLabelEncoder;
  /** Fits, then transforms the same values. */
  fitTransform(values: ArrayLike<string | null>): EncodedLabels<string>;
  fitTransform(values: ArrayLike<number | null>): EncodedLabels<number>;
  fitTransform(values: ArrayLike<boolean | null>): EncodedLabels<boolean>;
  fitTransform(values: ArrayLike<ClassValue | null>): EncodedLabels<ClassValue>;
  /**
   * The fitted encoder that `toJSON` wrote (parsed, not text).
   * @throws DataError `E_DATA_VALUE` when the value is not a fitted encoder
   */
  fromJSON(value: unknown): FittedLabelEncoder;
}

/** Labels for class names: `labelEncoder().fit(['b', 'a', 'b'])` has the classes `['a', 'b']`. */
export function labelEncoder(): LabelEncoder {
  return Object.freeze<LabelEncoder>({ fit, fitTransform, fromJSON });
}

function fitTransform<Value extends ClassValue>(values: ArrayLike<Value | null>): EncodedLabels<Value> {
  const encoder = fit(values);
  return { encoder, y: encoder.transform(values) };
}

function fit<Value extends ClassValue>(values: ArrayLike<Value | null>): FittedLabelEncoder<Value> {
  const classes = new Set<Value>();
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (value === null || value === undefined || Number.isNaN(value)) throw missingError(index);
    classes.add(value);
  }
  const [first] = classes;
  if (first === undefined) {
    throw dataError('E_DATA_EMPTY', 'there are no values to encode', 'fit the encoder to at least one value');
  }
  for (const value of classes) {
    if (typeof value === typeof first) continue;
    throw dataError(
      'E_DATA_LABEL',
      `the classes are of several types: ${JSON.stringify(first)} and ${JSON.stringify(value)}`,
      'make all of them texts, or all of them numbers',
    );
  }
  // Not the default order of sort, which would put 10 before 9.
  return fitted([...classes].sort((left, right) => (left < right ? -1 : left > right ? 1 : 0)));
}

function fitted<Value extends ClassValue>(classes: readonly Value[]): FittedLabelEncoder<Value> {
  const json = Object.freeze({ kind: 'labelEncoder', classes: Object.freeze([...classes]) } as const);
  const labelOf = new Map(classes.map((value, label) => [value, label]));
  return Object.freeze<FittedLabelEncoder<Value>>({
    ...json,
    classNames: Object.freeze(classes.map(String)),
    transform: (values) =>
      Int32Array.from({ length: values.length }, (_, index) => {
        const value = values[index];
        if (value === null || value === undefined) throw missingError(index);
        const label = labelOf.get(value);
        if (label === undefined) throw unknownError(index, value, classes);
        return label;
      }),
    inverse: (source) =>
      Array.from(labels(source), (label, index) => {
        const value = classes[label];
        if (value !== undefined) return value;
        throw dataError(
          'E_DATA_LABEL',
          `labels[${index}] is ${label}, expected a label from 0 to ${classes.length - 1}`,
          'pass labels that this encoder gave, or the argmaxRows of scores of as many classes',
        );
      }),
    toJSON: () => json,
  });
}

function missingError(index: number): Error {
  return dataError(
    'E_DATA_LABEL',
    `values[${index}] is missing`,
    'drop rows without a class first: dropMissing(table, [name])',
  );
}

function unknownError(index: number, value: ClassValue, classes: readonly ClassValue[]): Error {
  const shown = classes.slice(0, 8).map((known) => JSON.stringify(known));
  const others = classes.length - shown.length;
  return dataError(
    'E_DATA_LABEL',
    `values[${index}] is ${JSON.stringify(value)}, which is none of the classes: ${shown.join(', ')}` +
      (others > 0 ? ` and ${others} more` : ''),
    'fit the encoder to data that holds every class, or check the spelling',
  );
}

function fromJSON(value: unknown): FittedLabelEncoder {
  const { kind, classes } = Object(value) as Partial<Record<keyof LabelEncoderJson, unknown>>;
  if (kind === 'labelEncoder' && isClassList(classes)) return fitted(classes);
  throw dataError(
    'E_DATA_VALUE',
    'the value is not a fitted label encoder: it needs kind "labelEncoder" and a list of different classes',
    'pass what JSON.parse gives for the text that JSON.stringify(encoder) wrote',
  );
}

function isClassList(value: unknown): value is readonly ClassValue[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    new Set(value).size === value.length &&
    value.every((entry) => ['string', 'number', 'boolean'].includes(typeof entry))
  );
}
