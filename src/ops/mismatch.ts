// Errors of operations on tensors that do not fit together: both sides with the user's lines.
import { DTypeError, ShapeError, type ErrorDetails, type Span } from '../ir/errors.ts';
import { frame, type FrameNote } from '../ir/frame.ts';
import { isTensor, type Tensor } from '../ir/node.ts';
import { currentOrigin, scopePath, spanOf } from '../ir/origin.ts';
import { printShape, printSize } from '../ir/size.ts';
import { describeValue } from './option.ts';

interface Mismatch {
  readonly code: string;
  /** What the user called: `add`, `linear "head"`. */
  readonly operation: string;
  readonly problem: string;
  /** What the operation takes, shown at the user's call. */
  readonly expectation: string;
  readonly operands: readonly Tensor[];
  readonly help?: string;
}

function details(mismatch: Mismatch): { message: string; details: ErrorDetails } {
  const origin = currentOrigin();
  const notes: FrameNote[] = [{ span: spanOf(origin), text: mismatch.expectation, mark: 'primary' }];
  for (const operand of new Set(mismatch.operands)) {
    const text = `has shape ${printShape(operand.shape)}, ${operand.dtype}`;
    notes.push({ span: spanOf(operand.origin), text, mark: 'secondary' });
  }
  const spans = notes.map((note) => note.span).filter((span): span is Span => span !== null);
  const scope = scopePath(origin.scope);
  return {
    message: frame(`${mismatch.operation}: ${mismatch.problem}`, notes, mismatch.help),
    details: {
      shapes: mismatch.operands.map((operand) =>
        operand.shape.map((size) => (typeof size === 'number' ? size : printSize(size))),
      ),
      spans,
      ...(scope === '' ? {} : { scope }),
      ...(mismatch.help === undefined ? {} : { help: mismatch.help }),
    },
  };
}

/** An error about shapes, axes or element counts, framed with the lines of the call and of every operand. */
export function shapeMismatch(mismatch: Mismatch): ShapeError {
  const { message, details: fields } = details(mismatch);
  return new ShapeError(mismatch.code, message, fields);
}

/** An error about element types, framed likewise. */
export function dtypeMismatch(mismatch: Omit<Mismatch, 'code'>): DTypeError {
  const { message, details: fields } = details({ ...mismatch, code: 'E_DTYPE_MISMATCH' });
  return new DTypeError('E_DTYPE_MISMATCH', message, fields);
}

/**
 * Refuses what is no tensor where one is wanted, which TypeScript sees but JavaScript does not. Public functions call it
 * before they look at an argument's shape.
 * @throws {DTypeError} `E_NOT_A_TENSOR`
 */
export function requireTensors(operation: string, ...operands: readonly unknown[]): void {
  const position = operands.findIndex((operand) => !isTensor(operand));
  if (position < 0) return;
  const which = operands.length === 1 ? 'the operand' : `operand ${position + 1}`;
  const origin = currentOrigin();
  const span = spanOf(origin);
  const message = frame(
    `${operation}: ${which} is ${describeValue(operands[position])}, not a tensor`,
    [{ span, text: 'takes tensors', mark: 'primary' }],
    "declare data with input('x', shape) and fixed numbers with constant(numbers, shape)",
  );
  throw new DTypeError('E_NOT_A_TENSOR', message, span === null ? {} : { spans: [span] });
}

/**
 * Refuses what is no list of tensors. @throws {DTypeError} `E_NOT_A_TENSOR`
 */
export function requireTensorList(operation: string, list: unknown): void {
  if (Array.isArray(list)) requireTensors(operation, ...(list as readonly unknown[]));
  else requireTensors(operation, { list });
}

/** The position from the front of one axis among `rank`, if there is such an axis; JavaScript may pass anything. */
function placeOf(axis: unknown, rank: number): number | undefined {
  if (!Number.isInteger(axis)) return undefined;
  const whole = Number(axis);
  const position = whole < 0 ? whole + rank : whole;
  return position >= 0 && position < rank ? position : undefined;
}

/** A position from the front for an axis that may count from the end. @throws {ShapeError} `E_AXIS`. */
export function normaliseAxis(operation: string, x: Tensor, axis: number): number {
  requireTensors(operation, x);
  const rank = x.shape.length;
  const position = placeOf(axis, rank);
  if (position !== undefined) return position;
  throw shapeMismatch({
    code: 'E_AXIS',
    operation,
    problem: `axis ${describeValue(axis)} does not exist in a tensor of rank ${rank}`,
    expectation: rank === 0 ? 'a scalar has no axes' : `takes an axis from ${-rank} to ${rank - 1}`,
    operands: [x],
  });
}

/** Where a new axis stands in a result of one more axis than `x`. @throws {ShapeError} `E_AXIS`. */
export function normaliseInsertion(operation: string, x: Tensor, axis: number): number {
  requireTensors(operation, x);
  const rank = x.shape.length + 1;
  const position = placeOf(axis, rank);
  if (position !== undefined) return position;
  throw shapeMismatch({
    code: 'E_AXIS',
    operation,
    problem: `axis ${describeValue(axis)} is outside a result of rank ${rank}`,
    expectation: `takes an axis from ${-rank} to ${rank - 1}`,
    operands: [x],
  });
}

/** One or several axes, positions or sizes as a list; what is neither becomes a list of itself, for a check to refuse. */
export function asList<T>(values: T | readonly T[]): readonly T[] {
  return isListOf(values) ? values : [values];
}

function isListOf<T>(values: T | readonly T[]): values is readonly T[] {
  return Array.isArray(values);
}

/** Distinct axes in ascending order. @throws {ShapeError} `E_AXIS` for an axis that is missing or given twice. */
export function normaliseAxes(
  operation: string,
  x: Tensor,
  axes: number | readonly number[] | undefined,
): readonly number[] {
  requireTensors(operation, x);
  if (axes === undefined) return x.shape.map((_, axis) => axis);
  const list = asList(axes).map((axis) => normaliseAxis(operation, x, axis));
  if (new Set(list).size !== list.length) {
    throw shapeMismatch({
      code: 'E_AXIS',
      operation,
      problem: `an axis is given twice: ${describeValue(axes)}`,
      expectation: 'takes every axis once',
      operands: [x],
    });
  }
  return list.toSorted((a, b) => a - b);
}
