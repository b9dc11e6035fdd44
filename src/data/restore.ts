// What was fitted and saved beside a model, back from its JSON: one function for every kind.
// Relies on the scalers and on the label encoder.

import { dataError } from './data-error.ts';
import type { FittedLabelEncoder } from './label-encoder.ts';
import { labelEncoder } from './label-encoder.ts';
import type { FittedMinMaxScaler } from './min-max-scaler.ts';
import { minMaxScaler } from './min-max-scaler.ts';
import type { FittedRobustScaler } from './robust-scaler.ts';
import { robustScaler } from './robust-scaler.ts';
import type { FittedStandardScaler } from './scaler.ts';
import { standardScaler } from './scaler.ts';

/** Everything that is fitted to data and saved, by its `kind`. */
export interface FittedKinds {
  readonly standardScaler: FittedStandardScaler;
  readonly minMaxScaler: FittedMinMaxScaler;
  readonly robustScaler: FittedRobustScaler;
  readonly labelEncoder: FittedLabelEncoder;
}

const readers: { readonly [Kind in keyof FittedKinds]: (value: unknown) => FittedKinds[Kind] } = {
  standardScaler: (value) => standardScaler().fromJSON(value),
  minMaxScaler: (value) => minMaxScaler().fromJSON(value),
  robustScaler: (value) => robustScaler().fromJSON(value),
  labelEncoder: (value) => labelEncoder().fromJSON(value),
};

/**
 * Restores a fitted scaler or encoder, told apart by `kind`: `restore(JSON.parse(text))`.
 * @throws DataError `E_DATA_VALUE` when the value is nothing that was fitted
 */
export function restore(value: unknown): FittedKinds[keyof FittedKinds] {
  const { kind } = Object(value) as { readonly kind?: unknown };
  if (typeof kind === 'string' && isKind(kind)) return readers[kind](value);
  throw dataError(
    'E_DATA_VALUE',
    `nothing that is fitted to data has the kind ${JSON.stringify(kind) ?? 'undefined'}`,
    `the kinds are ${Object.keys(readers).join(', ')}; pass what JSON.parse gives, not the text`,
  );
}

function isKind(kind: string): kind is keyof FittedKinds {
  return Object.hasOwn(readers, kind);
}
