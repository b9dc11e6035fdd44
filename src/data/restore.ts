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
 * Restores a fitted scaler or encoder from its JSON: `restore(JSON.parse(text))`.
 * @param kind which kind it has to be: `restore(saved, 'standardScaler')` is typed as one; default: whatever it says
 * @throws DataError `E_DATA_VALUE` when the value is nothing that was fitted, or is of another kind
 */
export function restore<Kind extends keyof FittedKinds = keyof FittedKinds>(
  value: unknown,
  kind?: Kind,
): FittedKinds[Kind] {
  const { kind: found } = Object(value) as { readonly kind?: unknown };
  if (typeof found !== 'string' || !isKind(found)) {
    throw dataError(
      'E_DATA_VALUE',
      `nothing that is fitted to data has the kind ${JSON.stringify(found) ?? 'undefined'}`,
      `the kinds are ${Object.keys(readers).join(', ')}; pass what JSON.parse gives, not the text`,
    );
  }
  if (kind !== undefined && found !== kind) {
    throw dataError(
      'E_DATA_VALUE',
      `this is a ${found}, not a ${kind}`,
      `pass the part that was saved as ${kind}`,
    );
  }
  // Without a kind, any of them: that is what the type parameter then stands for.
  return readers[found](value) as FittedKinds[Kind];
}

function isKind(kind: string): kind is keyof FittedKinds {
  return Object.hasOwn(readers, kind);
}
