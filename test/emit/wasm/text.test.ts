import { describe, expect, test } from 'vitest';
import { Code, FunctionWriter } from '../../../src/emit/wasm/code.ts';
import { encodeModule } from '../../../src/emit/wasm/module.ts';
import { opcodes } from '../../../src/emit/wasm/opcodes.ts';
import { printWasm } from '../../../src/emit/wasm/text.ts';
import { assemble, disassemble, encodingOf } from './assemble.ts';
import { everyInstruction } from './every-instruction.ts';
import { runBytes } from './run-module.ts';

function encode(functions: readonly FunctionWriter[], shared = false): Uint8Array {
  return encodeModule(functions, { pages: 1, shared });
}

/** The text of one function whose body is written by a callback. */
function printBody(write: (code: Code, writer: FunctionWriter) => void): string {
  const writer = new FunctionWriter('f');
  write(writer.body, writer);
  return printWasm(encode([writer]));
}

/** Adds up halves of four numbers at a time, if there are any, stores one sum and returns another. */
function sumOfRows(): FunctionWriter {
  const writer = new FunctionWriter(
    'sumOfRows',
    [
      ['from', 'i32'],
      ['to', 'i32'],
    ],
    'f32',
  );
  const [from, to] = writer.parameters;
  if (from === undefined || to === undefined) throw new Error('the function has two parameters');
  const row = writer.local('i32', 'row');
  const sum = writer.local('v128', 'sum');
  const body = new Code().get(sum).get(row).memory('v128.load', 1024).v128(0x3f00_0000).op('f32x4.mul');
  body.op('f32x4.add').set(sum);
  body.get(row).i32(16).op('i32.add').tee(row).get(to).op('i32.lt_s');
  writer.body.get(from).set(row);
  writer.body.get(from).get(to).op('i32.lt_s').if(new Code().loop(body));
  writer.body.i32(0).get(sum).lane('f32x4.extract_lane', 0).memory('f32.store', 64);
  writer.body.get(sum).get(sum).shuffle(1, 5, 2, 6).lane('f32x4.extract_lane', 0);
  return writer;
}

describe('the text of a module', () => {
  test('has the names of the model, and one statement a line', () => {
    expect(printWasm(encode([sumOfRows()], true))).toMatchInlineSnapshot(`
      "(module
        (import "env" "memory" (memory 1 65536 shared))

        (func $sumOfRows (export "sumOfRows") (param $from i32) (param $to i32) (result f32)
          (local $row i32) (local $sum v128)
          (local.set $row (local.get $from))
          (if (i32.lt_s (local.get $from) (local.get $to)) (then
            (loop $loop2
              (local.set $sum
                (f32x4.add
                  (local.get $sum)
                  (f32x4.mul (v128.load offset=1024 align=4 (local.get $row)) (v128.const f32x4 0.5 0.5 0.5 0.5))))
              (br_if $loop2 (i32.lt_s (local.tee $row (i32.add (local.get $row) (i32.const 16))) (local.get $to)))
            )
          ))
          (f32.store offset=64 (i32.const 0) (f32x4.extract_lane 0 (local.get $sum)))
          (f32x4.extract_lane 0
            (i8x16.shuffle 4 5 6 7 20 21 22 23 8 9 10 11 24 25 26 27 (local.get $sum) (local.get $sum)))
        )
      )
      "
    `);
  });

  test('assembles to a module that does the same', () => {
    const ours = encode([sumOfRows()]);
    const results = [ours, assemble(printWasm(ours))].map((bytes) => {
      const { memory, call } = runBytes(bytes);
      for (let index = 0; index < 64; index++) memory.setFloat32(1024 + 4 * index, index / 7, true);
      return [call('sumOfRows', 0, 96), memory.getFloat32(64, true)];
    });
    expect(results[1]).toEqual(results[0]);
    expect(results[0]?.every((value) => value !== 0)).toBe(true);
  });

  test('assembles to the same bytes, names included', () => {
    const writer = sumOfRows();
    const bytes = encode([writer, new FunctionWriter('other')], true);
    const text = printWasm(bytes);
    expect(encodingOf(assemble(text))).toBe(encodingOf(withoutNames(bytes)));
    expect(printWasm(assemble(text, { names: true }))).toBe(text);
  });

  test('is read from a view into a larger buffer, too', () => {
    const bytes = encode([sumOfRows()]);
    const larger = new Uint8Array(bytes.length + 20);
    larger.set(bytes, 10);
    expect(printWasm(larger.subarray(10, 10 + bytes.length))).toBe(printWasm(bytes));
  });

  test('of no functions is a memory', () => {
    expect(printWasm(encode([]))).toBe('(module\n  (import "env" "memory" (memory 1))\n)\n');
  });
});

/** The module up to its last section, which is the one of names. */
function withoutNames(bytes: Uint8Array): Uint8Array {
  const start = Buffer.from(bytes).lastIndexOf('\u{4}name');
  // The size of the section takes one byte or more; the section before ends with the `end` of a function.
  return bytes.subarray(0, bytes.lastIndexOf(opcodes.special.end[0], start - 1) + 1);
}

describe('instructions', () => {
  const all = everyInstruction();

  test.each(all)('%s has the name of the specification and holds all its operands', (name, writer) => {
    const bytes = encode([writer]);
    const text = printWasm(bytes);
    // `end` is a parenthesis here.
    const printed = name === 'end' ? '(if' : `(${name}`;
    expect(text.split(/[\s)]/)).toContain(printed);
    expect(disassemble(bytes).split(/[\s)]/)).toContain(name);
    // Statements of the stack have no parentheses.
    expect(text.split('\n').filter((line) => !/^ *[()]|^$/.test(line))).toEqual([]);
  });

  test.each(all)('%s assembles to the same bytes', (_, writer) => {
    const bytes = encode([writer]);
    const text = printWasm(bytes);
    expect(encodingOf(assemble(text))).toBe(encodingOf(withoutNames(bytes)));
    expect(printWasm(assemble(text, { names: true }))).toBe(text);
  });

  test('of the whole table are printed, but for those that the assembler cannot write', () => {
    const table = Object.values(opcodes).flatMap((part) => Object.keys(part));
    const covered = new Set(all.map(([name]) => name));
    expect(table.filter((name) => !covered.has(name))).toEqual(['br', 'block', 'else']);
  });

  test('br, block and else are printed where another assembler wrote them', () => {
    const text = `(module
  (import "env" "memory" (memory 1))

  (func $f (export "f") (param $x i32) (result i32)
    (local $y i32)
    (block $block1
      (if (local.get $x) (then
        (loop $loop3
          (br_if $block1 (i32.gt_s (local.get $y) (i32.const 9)))
          (local.set $y (i32.add (local.get $y) (i32.const 1)))
          (br $loop3)
        )
      ) (else
        (return (i32.const 1))
        (unreachable)
      ))
    )
    (local.get $y)
  )
)
`;
    expect(printWasm(assemble(text, { names: true }))).toBe(text);
    const { call } = runBytes(assemble(text));
    expect([call('f', 1), call('f', 0)]).toEqual([10, 1]);
  });
});

describe('statements', () => {
  const bodyOf = (text: string): readonly string[] =>
    text
      .split('\n')
      .filter((line) => line.startsWith('    ') && !line.startsWith('    (local $'))
      .map((line) => line.slice(4));

  test('what a statement finds on the stack is pushed before it, and taken without parentheses', () => {
    const text = printBody((code, writer) => {
      const kept = writer.local('i32', 'kept');
      code.i32(8).i32(1).set(kept).i32(3).op('i32.add').set(kept);
    });
    expect(bodyOf(text)).toEqual([
      '(i32.const 8)',
      '(local.set $kept (i32.const 1))',
      '(i32.const 3)',
      'i32.add',
      'local.set $kept',
    ]);
    expect(encodingOf(assemble(printWasm(assemble(text))))).toBe(encodingOf(assemble(text)));
  });

  test('the condition of an if may be on the stack already', () => {
    const text = printBody((code, writer) => {
      const kept = writer.local('i32', 'kept');
      code.i32(8).i32(1).set(kept).if(new Code().i32(2).set(kept));
    });
    expect(bodyOf(text)).toEqual([
      '(i32.const 8)',
      '(local.set $kept (i32.const 1))',
      '(if (then',
      '  (local.set $kept (i32.const 2))',
      '))',
    ]);
    assemble(text);
  });

  test('long expressions have their operands on lines of their own', () => {
    const text = printBody((code, writer) => {
      const sum = writer.local('v128', 'sum');
      code.get(sum);
      for (let index = 0; index < 6; index++) {
        code
          .i32(0)
          .memory('v128.load', 1600 * index)
          .v128(0x3f80_0000 + index)
          .op('f32x4.mul')
          .op('f32x4.add');
      }
      code.set(sum);
    });
    expect(bodyOf(text).join('\n')).toMatchInlineSnapshot(`
      "(local.set $sum
        (f32x4.add
          (f32x4.add
            (f32x4.add
              (f32x4.add
                (f32x4.add
                  (f32x4.add
                    (local.get $sum)
                    (f32x4.mul (v128.load align=4 (i32.const 0)) (v128.const f32x4 1 1 1 1)))
                  (f32x4.mul
                    (v128.load offset=1600 align=4 (i32.const 0))
                    (v128.const f32x4 1.0000001 1.0000001 1.0000001 1.0000001)))
                (f32x4.mul
                  (v128.load offset=3200 align=4 (i32.const 0))
                  (v128.const f32x4 1.0000002 1.0000002 1.0000002 1.0000002)))
              (f32x4.mul
                (v128.load offset=4800 align=4 (i32.const 0))
                (v128.const f32x4 1.0000004 1.0000004 1.0000004 1.0000004)))
            (f32x4.mul
              (v128.load offset=6400 align=4 (i32.const 0))
              (v128.const f32x4 1.0000005 1.0000005 1.0000005 1.0000005)))
          (f32x4.mul
            (v128.load offset=8000 align=4 (i32.const 0))
            (v128.const f32x4 1.0000006 1.0000006 1.0000006 1.0000006))))"
    `);
    assemble(text);
  });

  test('a condition that is too long for a line stands below its if', () => {
    const text = printBody((code, writer) => {
      const [a, b] = ['aLongNameOfALocal', 'anotherLongNameOfALocal'].map((name) =>
        writer.local('i32', name),
      );
      for (const _ of [0, 1]) code.get(a!).get(b!).op('i32.add');
      code.op('i32.mul').if(new Code().i32(1).set(a!));
    });
    expect(bodyOf(text).join('\n')).toMatchInlineSnapshot(`
      "(if
        (i32.mul
          (i32.add (local.get $aLongNameOfALocal) (local.get $anotherLongNameOfALocal))
          (i32.add (local.get $aLongNameOfALocal) (local.get $anotherLongNameOfALocal)))
      (then
        (local.set $aLongNameOfALocal (i32.const 1))
      ))"
    `);
    assemble(text);
  });

  test('declarations fill lines that end before column 110', () => {
    const writer = new FunctionWriter(
      'forward',
      Array.from({ length: 12 }, (_, index) => [`parameter${index}`, 'i32']),
    );
    for (let index = 0; index < 30; index++) writer.local('v128', `sum${index}`);
    const text = printWasm(encode([writer]));
    const lines = text.split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(110);
    // Five locals of some twenty columns fit on a line.
    expect(lines.filter((line) => line.includes('(local $'))).toHaveLength(6);
    assemble(text);
  });
});

describe('names', () => {
  const declared = (text: string): readonly string[] => text.match(/\((?:func|param|local) \$\S+/g) ?? [];

  test('that repeat are numbered, and never meet another name', () => {
    const writer = new FunctionWriter('f', [['sum', 'f32']]);
    for (const name of ['sum', 'row', 'sum.2', 'sum']) writer.local('f32', name);
    const text = printWasm(encode([writer]));
    expect(declared(text)).toEqual([
      '(func $f',
      '(param $sum',
      '(local $sum.2',
      '(local $row',
      '(local $sum.2.2',
      '(local $sum.3',
    ]);
    expect(printWasm(assemble(text, { names: true }))).toBe(text);
  });

  test('are made where the module has none', () => {
    const text = printWasm(assemble('(module (func (param i32) (local f32)) (func))'));
    expect(declared(text)).toEqual([
      '(func $function0',
      '(param $local0',
      '(local $local1',
      '(func $function1',
    ]);
  });

  test('of any characters become identifiers, and exports keep them', () => {
    const writer = new FunctionWriter('Σ of "a b"\n');
    const text = printWasm(encode([writer]));
    expect(text).toContain(String.raw`(func $__of__a_b__ (export "\ce\a3 of \22a b\22\0a")`);
    const [exported] = WebAssembly.Module.exports(new WebAssembly.Module(new Uint8Array(assemble(text))));
    expect(exported?.name).toBe('Σ of "a b"\n');
  });

  test('of functions stand in their calls', () => {
    const caller = new FunctionWriter('caller');
    caller.body.i32(3).f32(0.5).call(1).op('drop');
    const callee = new FunctionWriter(
      'callee',
      [
        ['x', 'i32'],
        ['y', 'f32'],
      ],
      'f32',
    );
    callee.body.get(callee.parameters[1]!);
    expect(printWasm(encode([caller, callee]))).toContain(
      '    (drop (call $callee (i32.const 3) (f32.const 0.5)))\n',
    );
  });
});
