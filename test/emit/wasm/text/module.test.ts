import { describe, expect, test } from 'vitest';
import { FunctionWriter } from '../../../../src/emit/wasm/code.ts';
import { encodeModule } from '../../../../src/emit/wasm/module.ts';
import { opcodes } from '../../../../src/emit/wasm/opcodes.ts';
import { printWasm } from '../../../../src/emit/wasm/text.ts';
import { InternalError } from '../../../../src/ir/errors.ts';
import { assemble } from '../assemble.ts';

describe('what the assembler does not write', () => {
  const failure = (bytes: Uint8Array): unknown => {
    try {
      return printWasm(bytes);
    } catch (error) {
      return error;
    }
  };
  const plain = (): Uint8Array => {
    const writer = new FunctionWriter('f');
    writer.body.op('unreachable');
    return encodeModule([writer], { pages: 1, shared: false });
  };
  /** Where the instruction of that module stands: right before the last `end`. */
  const onlyInstruction = (bytes: Uint8Array): number => bytes.lastIndexOf(opcodes.special.end[0]) - 1;

  test('an unknown opcode is an error that names it and its place', () => {
    const bytes = plain();
    const place = onlyInstruction(bytes);
    bytes[place] = 0x06;
    expect(failure(bytes)).toMatchObject({
      code: 'E_WASM_TEXT',
      message: `opcode 0x06 at offset ${place} is not in the assembler's table`,
    });
    expect(failure(bytes)).toBeInstanceOf(InternalError);
  });

  test.each([
    ['(drop (memory.size))', 'opcode 0x3f at'],
    ['(drop (i64x2.splat (i64.const 0)))', 'opcode 0xfd 0x12 at'],
    ['(drop (i64.trunc_sat_f32_s (f32.const 0)))', 'opcode 0xfc 0x04 at'],
    ['(block (result i32) (i32.const 0)) drop', 'the block type at'],
  ])('%s is an error', (body, message) => {
    const bytes = assemble(`(module (import "env" "memory" (memory 1)) (func ${body}))`);
    expect(failure(bytes)).toMatchObject({ code: 'E_WASM_TEXT' });
    expect(String(failure(bytes))).toContain(message);
  });

  test.each([
    ['(global i32 (i32.const 0))', 'section 6 at'],
    ['(memory 1)', 'section 5 at'],
    ['(import "env" "f" (func))', 'the kind of an import at'],
    ['(import "env" "m" (memory $m 1)) (export "m" (memory $m))', 'the kind of an export at'],
    ['(func (param i64))', 'value type 126 at'],
  ])('%s is an error', (field, message) => {
    const bytes = assemble(`(module ${field})`);
    expect(failure(bytes)).toMatchObject({ code: 'E_WASM_TEXT' });
    expect(String(failure(bytes))).toContain(message);
  });

  test('bytes that are no module, or not all of one, are errors', () => {
    const bytes = plain();
    expect(failure(new Uint8Array(8))).toMatchObject({ code: 'E_WASM_TEXT' });
    for (let length = 0; length < bytes.length; length += 3) {
      const error = failure(bytes.subarray(0, length));
      // A module may end between two sections; what is missing then is not for the printer to know.
      if (error instanceof Error) expect(error).toMatchObject({ code: 'E_WASM_TEXT' });
    }
    expect(failure(bytes.subarray(0, bytes.length - 1))).toMatchObject({ code: 'E_WASM_TEXT' });
  });
});
