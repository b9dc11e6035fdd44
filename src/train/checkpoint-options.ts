// What a caller may ask of checkpoints. Relies on the interface of stores.

import type { ByteStore } from '../io/index.ts';
import { optionError, requireCount, requireKnown, requireNumber } from './option.ts';

/** When to save; whatever comes first. */
export interface CheckpointInterval {
  /** After so many epochs. */
  readonly epochs?: number;
  /** After so many steps, in the middle of an epoch, too. */
  readonly steps?: number;
  /** At the first step or epoch after so many seconds. */
  readonly seconds?: number;
}

/** How to save a training and to go on with it. */
export interface CheckpointOptions {
  /** Where: `fileStore('run.safetensors')` of `tapeless/node`, `memoryStore()`, or anything that reads and writes bytes. */
  readonly store: ByteStore;
  /** When; default after every epoch. The end of training, by an abort signal too, is always saved. */
  readonly every?: CheckpointInterval;
  /**
   * Go on from what the store holds, if it holds anything; default true. With false training begins anew, and the first
   * checkpoint replaces what was there.
   */
  readonly resume?: boolean;
  /** Saved beside it, as JSON: fitted scalers, class names, the command. Default nothing. */
  readonly extras?: Readonly<Record<string, unknown>>;
}

const optionNames: readonly (keyof CheckpointOptions)[] = ['store', 'every', 'resume', 'extras'];
const intervalNames: readonly (keyof CheckpointInterval)[] = ['epochs', 'steps', 'seconds'];

/** @throws DeclarationError `E_OPTION` */
export function checkCheckpointOptions(options: CheckpointOptions): void {
  requireKnown(options, optionNames, 'fit: checkpoint');
  const { store, every = {} } = options;
  // Only code without types passes something else.
  const { read, write } = Object(store) as Partial<ByteStore>;
  if (typeof read !== 'function' || typeof write !== 'function') {
    throw optionError(
      'checkpoint.store cannot read and write bytes',
      "pass fileStore('run.safetensors') of tapeless/node, or memoryStore() of tapeless/io",
    );
  }
  requireKnown(every, intervalNames, 'fit: checkpoint.every');
  if (every.epochs !== undefined) requireCount('checkpoint.every.epochs', every.epochs);
  if (every.steps !== undefined) requireCount('checkpoint.every.steps', every.steps);
  if (every.seconds !== undefined) requireNumber('checkpoint.every.seconds', every.seconds, 0);
}
