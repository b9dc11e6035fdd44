import { describe, expect, test } from 'vitest';
import { DTypeError, ShapeError, TapelessError } from '../../src/ir/errors.ts';

describe('errors', () => {
  const error = new ShapeError('E_SHAPE_MISMATCH', 'add: no', {
    shapes: [[2], ['batch']],
    spans: [{ file: 'iris.ts', line: 9, column: 3 }],
    scope: 'iris/linear1',
    help: 'transpose',
    cause: 'a reason',
  });

  test('are of their class, with a stable code and fields for programs', () => {
    expect(error).toBeInstanceOf(TapelessError);
    expect(error).not.toBeInstanceOf(DTypeError);
    expect(error).toMatchObject({
      name: 'ShapeError',
      code: 'E_SHAPE_MISMATCH',
      message: 'add: no',
      shapes: [[2], ['batch']],
      spans: [{ file: 'iris.ts', line: 9, column: 3 }],
      scope: 'iris/linear1',
      help: 'transpose',
      cause: 'a reason',
    });
  });

  test('show class and code wherever they are printed', () => {
    expect(String(error)).toBe('ShapeError [E_SHAPE_MISMATCH] add: no');
    expect(error.stack).toMatch(/^ShapeError \[E_SHAPE_MISMATCH\]: add: no\n/);
  });

  test('have empty fields where nothing was said', () => {
    const plain = new TapelessError('E_TEST', 'no');
    expect(plain).toMatchObject({ shapes: [], spans: [], scope: undefined, help: undefined });
    expect('cause' in plain).toBe(false);
  });
});
