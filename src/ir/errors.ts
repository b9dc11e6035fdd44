// The error hierarchy of the whole library. Relies on nothing; every floor throws these and nothing else on
// purpose, so that programs can branch on `code` and people can read `message`.

/** A line of the user's source: where something was declared or called. */
export interface Span {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based. */
  readonly column: number;
}

/** Fields that programs may read from an error beside its `code` and `message`. */
export interface ErrorDetails {
  readonly shapes?: readonly (readonly (number | string)[])[];
  readonly spans?: readonly Span[];
  readonly scope?: string;
  readonly help?: string;
  readonly cause?: unknown;
}

/** Base of all errors that tapeless throws on purpose. `code` is stable across versions; `message` is not. */
export class TapelessError extends Error {
  readonly code: string;
  readonly shapes: readonly (readonly (number | string)[])[];
  readonly spans: readonly Span[];
  readonly scope: string | undefined;
  readonly help: string | undefined;

  constructor(code: string, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    // Uncaught errors print their stack, whose first line engines fix before the name is known.
    if (this.stack !== undefined)
      this.stack = this.stack.replace(/^\w*(?=: |\n|$)/, `${this.name} [${code}]`);
    this.code = code;
    this.shapes = details.shapes ?? [];
    this.spans = details.spans ?? [];
    this.scope = details.scope;
    this.help = details.help;
  }

  override toString(): string {
    return `${this.name} [${this.code}] ${this.message}`;
  }
}

/** Shapes that do not fit together (`E_SHAPE_MISMATCH`, `E_RANK`, `E_AXIS`, …). */
export class ShapeError extends TapelessError {}

/** Element types that do not fit together (`E_DTYPE_MISMATCH`, …). */
export class DTypeError extends TapelessError {}

/** A declaration that cannot be compiled: options out of range, name clashes, missing gradients. */
export class DeclarationError extends TapelessError {}

/** A feed that a session refuses; raised before any state changes. */
export class FeedError extends TapelessError {}

/** NaN or infinity where finite numbers were demanded. */
export class NumericsError extends TapelessError {}

/** Data files, tables and options of the data utilities. */
export class DataError extends TapelessError {}

/** A broken invariant of the compiler itself: always a bug in tapeless, never in user code. */
export class InternalError extends TapelessError {}
