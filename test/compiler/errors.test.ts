import { describe, expect, test } from 'vitest';
import { TapelessError } from '../../src/ir/errors.ts';
import { compile } from '../../src/runtime/program.ts';
import { mistakes } from './mistaken-declarations.ts';

function refusalOf(call: () => unknown): TapelessError {
  try {
    call();
  } catch (error) {
    if (error instanceof TapelessError) return error;
    throw error;
  }
  throw new Error('the declaration was compiled');
}

describe('compile refuses', () => {
  test.each(Object.entries(mistakes))('%s', async (name, declaration) => {
    const error = refusalOf(() => compile(declaration));
    expect(error.name).not.toBe('InternalError');
    expect(error.message).not.toContain(import.meta.dirname);
    await expect(`${String(error)}\n`).toMatchFileSnapshot(`golden/errors/${name.replaceAll(' ', '-')}.txt`);
  });

  test('all problems of a declaration at once, each with its code', () => {
    const { 'several problems': declaration } = mistakes;
    if (declaration === undefined) throw new Error('the mistake is missing');
    const { code, cause } = refusalOf(() => compile(declaration));
    expect(code).toBe('E_DECLARATION');
    const codes = Array.isArray(cause) ? cause.map((each: TapelessError) => each.code) : [];
    expect(codes).toEqual(['E_NOT_SCALAR', 'E_NOT_SCALAR', 'E_SIZE', 'E_UNKNOWN_DIM']);
  });

  test('sizes of another specialisation that are none', () => {
    const { loss } = mistakes['a dimension that there is not'] ?? {};
    if (loss === undefined) throw new Error('the mistake has no loss');
    const program = compile({ loss });
    expect(refusalOf(() => program.at({ bach: 3 })).code).toBe('E_UNKNOWN_DIM');
    expect(refusalOf(() => program.at({ batch: 0 })).code).toBe('E_SIZE');
    expect(program.at({ batch: 3 }).sizes).toEqual({ batch: 3 });
  });
});
