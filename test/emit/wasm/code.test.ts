import { describe, expect, test } from 'vitest';
import { Code, FunctionWriter } from '../../../src/emit/wasm/code.ts';
import { encodeModule } from '../../../src/emit/wasm/module.ts';
import {
  opcodes,
  type MemoryInstruction,
  type MemoryLaneInstruction,
} from '../../../src/emit/wasm/opcodes.ts';
import { f32, f32x4, i32, i32x4 } from './codecs.ts';
import { entriesOf, memoryFunction, memoryLaneFunction } from './every-instruction.ts';
import { plainInstructions } from './plain-instructions.ts';
import { runModule } from './run-module.ts';
import {
  binary,
  resultPlace,
  runSingle,
  singleInstruction,
  ternary,
  unary,
  type InstructionCase,
  type Outcome,
} from './single-instruction.ts';

/** Outcomes that differ, which should be none; a zero is not its negative. */
function wrong(outcomes: readonly Outcome[]): readonly Outcome[] {
  expect(outcomes.length).toBeGreaterThan(0);
  return outcomes.filter(({ result, expected }) => !same(result, expected));
}

function same(a: unknown, b: unknown): boolean {
  return Array.isArray(a) && Array.isArray(b)
    ? a.length === b.length && a.every((each, index) => Object.is(each, b[index]))
    : Object.is(a, b);
}

describe('instructions without immediates', () => {
  test.each(entriesOf(plainInstructions))('%s gives what JavaScript gives', (name, each) => {
    expect(wrong(runSingle(each, (code) => code.op(name)))).toEqual([]);
  });

  test('unreachable traps', () => {
    const writer = new FunctionWriter('trap');
    writer.body.op('unreachable');
    expect(() => runModule([writer]).call('trap')).toThrow(WebAssembly.RuntimeError);
  });

  test('return leaves before what follows, with its value', () => {
    const writer = new FunctionWriter('early', [], 'i32');
    writer.body.i32(1).op('return').op('unreachable');
    expect(runModule([writer]).call('early')).toBe(1);
  });

  test('drop takes one value away', () => {
    const writer = new FunctionWriter('first', [], 'i32');
    writer.body.i32(1).i32(2).op('drop');
    expect(runModule([writer]).call('first')).toBe(1);
  });
});

describe('relaxed arithmetic', () => {
  const fused: InstructionCase = ternary(f32x4, f32x4, f32x4, f32x4, (a) => a);
  const module = encodeModule([singleInstruction(fused, (code) => code.op('f32x4.relaxed_madd'))], {
    pages: 1,
    shared: false,
  });

  test.skipIf(!WebAssembly.validate(new Uint8Array(module)))(
    'f32x4.relaxed_madd rounds once or twice, the same for every lane',
    () => {
      const { memory, call } = runModule([singleInstruction(fused, (code) => code.op('f32x4.relaxed_madd'))]);
      const [a, b, c] = [1 + 2 ** -23, 1 - 2 ** -23, -1];
      for (const [operand, value] of [a, b, c].entries()) {
        f32x4.write(memory, 16 * operand, [value, 2, 3, value]);
      }
      call('single');
      const result = f32x4.read(memory, resultPlace);
      // The product is 1 - 2⁻⁴⁶, which a single rounds to 1.
      expect([-(2 ** -46), 0]).toContain(result[0]);
      expect(result).toEqual([result[0], 6, 12, result[0]]);
    },
  );
});

describe('constants', () => {
  test.each(i32.samples)('the integer %d is itself', (value) => {
    const writer = new FunctionWriter('constant', [], 'i32');
    writer.body.i32(value);
    expect(runModule([writer]).call('constant')).toBe(value);
  });

  test.each(f32.samples)('the single %d is itself', (value) => {
    const writer = new FunctionWriter('constant', [], 'f32');
    writer.body.f32(value);
    expect(runModule([writer]).call('constant')).toBe(value);
  });

  test.each([0, -0, 0.1, 5e-324, 1e300, Infinity, NaN])('the double %d is itself', (value) => {
    const writer = new FunctionWriter('constant', [], 'f64');
    writer.body.f64(value);
    expect(runModule([writer]).call('constant')).toBe(value);
  });

  test.each([0, 1, -1, 64, -(2 ** 31)])('the long integer %d is itself', (value) => {
    const writer = new FunctionWriter('single');
    writer.body.i32(resultPlace).i64(value).op('f64.reinterpret_i64').memory('f64.store');
    const { memory, call } = runModule([writer]);
    call('single');
    expect(memory.getBigInt64(resultPlace, true)).toBe(BigInt(value));
  });

  test('a vector is one pattern four times, or four integers', () => {
    const writer = new FunctionWriter('vectors');
    writer.body.i32(0).v128(0x8000_0001).memory('v128.store');
    writer.body
      .i32(16)
      .v128Lanes([1, -2, 3, 2 ** 31 - 1])
      .memory('v128.store');
    const { memory, call } = runModule([writer]);
    call('vectors');
    expect(i32x4.read(memory, 0)).toEqual(Array(4).fill(1 - 2 ** 31));
    expect(i32x4.read(memory, 16)).toEqual([1, -2, 3, 2 ** 31 - 1]);
  });
});

describe('lanes', () => {
  describe.each([0, 1, 2, 3])('lane %d', (lane) => {
    test.each([
      ['i32x4.extract_lane', unary(i32x4, i32, (a) => a[lane]!)],
      ['f32x4.extract_lane', unary(f32x4, f32, (a) => a[lane]!)],
      ['i32x4.replace_lane', binary(i32x4, i32, i32x4, (a, b) => a.with(lane, b))],
      ['f32x4.replace_lane', binary(f32x4, f32, f32x4, (a, b) => a.with(lane, b))],
    ] as const)('%s reaches it alone', (name, each) => {
      expect(wrong(runSingle(each, (code) => code.lane(name, lane)))).toEqual([]);
    });
  });

  test.each([
    [0, 1, 2, 3],
    [4, 5, 6, 7],
    [3, 2, 1, 0],
    [0, 4, 1, 5],
    [7, 0, 7, 2],
  ] as const)('shuffle %d %d %d %d takes these lanes of two vectors', (a, b, c, d) => {
    const shuffled = binary(i32x4, i32x4, i32x4, (x, y) => {
      const all = [...x, ...y];
      return [a, b, c, d].map((lane) => all[lane]!);
    });
    expect(wrong(runSingle(shuffled, (code) => code.shuffle(a, b, c, d)))).toEqual([]);
  });
});

describe('memory', () => {
  // Neither the address nor the sum is a multiple of anything.
  const [address, offset] = [1001, 70];
  const place = address + offset;
  const value = Array.from({ length: 16 }, (_, index) => 0xf0 - 15 * index);

  /** Calls a function with the sixteen bytes at a place, and gives the sixteen at another. */
  function moved(writer: FunctionWriter, from: number, to: number): readonly number[] {
    const { memory, call } = runModule([writer]);
    const bytes = new Uint8Array(memory.buffer);
    bytes.fill(0xee, 16);
    bytes.set(value, from);
    call('single', address);
    return [...bytes.subarray(to, to + 16)];
  }

  /** Sixteen bytes of which the first are given; what nothing wrote is 0xee. */
  const filled = (first: readonly number[]): readonly number[] => [
    ...first,
    ...Array<number>(16 - first.length).fill(0xee),
  ];
  const word = value.slice(0, 4);

  type Load = Extract<MemoryInstruction, `${string}.load${string}`>;
  type Store = Exclude<MemoryInstruction, Load>;

  const loads: Readonly<Record<Load, readonly number[]>> = {
    'i32.load': word,
    'f32.load': word,
    'f64.load': value.slice(0, 8),
    'i32.load8_u': [value[0]!, 0, 0, 0],
    'v128.load': value,
    'v128.load32_splat': [...word, ...word, ...word, ...word],
    'v128.load32_zero': [...word, ...Array<number>(12).fill(0)],
  };
  const stores: Readonly<Record<Store, readonly number[]>> = {
    'i32.store': word,
    'f32.store': word,
    'f64.store': value.slice(0, 8),
    'i32.store8': value.slice(0, 1),
    'v128.store': value,
  };

  test.each(entriesOf(loads))('%s reads at any address plus its offset', (name, expected) => {
    expect(moved(memoryFunction(name, offset), place, resultPlace)).toEqual(filled(expected));
  });

  test.each(entriesOf(stores))('%s writes its bytes and no others, at any address', (name, expected) => {
    expect(moved(memoryFunction(name, offset), 0, place)).toEqual(filled(expected));
  });

  test('a lane is loaded, and the others stay', () => {
    for (const lane of [0, 1, 2, 3]) {
      const writer = memoryLaneFunction('v128.load32_lane', lane, offset);
      const { memory, call } = runModule([writer]);
      i32x4.write(memory, 0, [10, 20, 30, 40]);
      memory.setInt32(place, -7, true);
      call('single', address);
      expect(i32x4.read(memory, resultPlace)).toEqual([10, 20, 30, 40].with(lane, -7));
    }
  });

  test.each([
    ['v128.store32_lane', 4],
    ['v128.store64_lane', 8],
  ] as const satisfies readonly (readonly [MemoryLaneInstruction, number])[])(
    '%s stores a lane of %d bytes and nothing beside it',
    (name, bytes) => {
      for (let lane = 0; lane < 16 / bytes; lane++) {
        const writer = memoryLaneFunction(name, lane, offset);
        expect(moved(writer, 0, place)).toEqual(filled(value.slice(bytes * lane, bytes * (lane + 1))));
      }
    },
  );

  test('every instruction on single lanes is tested above', () => {
    expect(Object.keys(opcodes.memoryLane)).toEqual([
      'v128.load32_lane',
      'v128.store32_lane',
      'v128.store64_lane',
    ]);
  });

  test('offsets reach the last bytes of the memory, and accesses past its end trap', () => {
    const writer = new FunctionWriter('far', [], 'i32');
    writer.body.i32(0).memory('i32.load', 3 * 65_536 - 4);
    const { memory, call } = runModule([writer], { pages: 3 });
    memory.setInt32(3 * 65_536 - 4, 5, true);
    expect(call('far')).toBe(5);

    const beyond = new FunctionWriter('beyond', [], 'i32');
    beyond.body.i32(0).memory('i32.load', 2 ** 32 - 4);
    expect(() => runModule([beyond]).call('beyond')).toThrow(WebAssembly.RuntimeError);
  });
});

describe('locals', () => {
  test('keep values of every type apart, whatever the order of their declarations', () => {
    const writer = new FunctionWriter('mix', [['x', 'f32']], 'f64');
    const [x] = writer.parameters;
    const integers = [writer.local('i32', 'a'), writer.local('i32', 'b')] as const;
    const single = writer.local('f32', 'c');
    const vector = writer.local('v128', 'd');
    const last = writer.local('i32', 'e');
    const double = writer.local('f64', 'f');
    writer.body.i32(3).set(integers[0]).i32(5).set(integers[1]).i32(7).set(last);
    writer.body.get(x!).set(single).get(single).op('f32x4.splat').set(vector);
    writer.body.get(vector).lane('f32x4.extract_lane', 2).op('f64.promote_f32').set(double);
    writer.body
      .get(integers[0])
      .get(integers[1])
      .op('i32.mul')
      .get(last)
      .op('i32.sub')
      .op('f64.convert_i32_s');
    writer.body.get(double).op('f64.add');
    expect(runModule([writer]).call('mix', 0.5)).toBe(3 * 5 - 7 + 0.5);
    expect(writer.localNames).toEqual(['x', 'a', 'b', 'c', 'd', 'e', 'f']);
  });

  test('tee stores a value and leaves it', () => {
    const writer = new FunctionWriter('twice', [['x', 'i32']], 'i32');
    const kept = writer.local('i32', 'kept');
    writer.body.get(writer.parameters[0]!).i32(1).op('i32.add').tee(kept).get(kept).op('i32.add');
    expect(runModule([writer]).call('twice', 20)).toBe(42);
  });
});

describe('control', () => {
  test('a loop runs its body once, and again while the body leaves something other than 0', () => {
    const writer = new FunctionWriter('sumTo', [['n', 'i32']], 'i32');
    const [n] = writer.parameters;
    const [index, sum] = [writer.local('i32', 'index'), writer.local('i32', 'sum')];
    const body = new Code().get(sum).get(index).op('i32.add').set(sum);
    body.get(index).i32(1).op('i32.add').tee(index).get(n!).op('i32.le_s');
    writer.body.loop(body).get(sum);
    const { call } = runModule([writer]);
    expect(call('sumTo', 0)).toBe(0);
    expect(call('sumTo', 1000)).toBe(500_500);
  });

  test('loops stand in loops, and each goes back to its own start', () => {
    const writer = new FunctionWriter('product', [], 'i32');
    const [row, column, count] = ['row', 'column', 'count'].map((name) => writer.local('i32', name));
    const inner = new Code().get(count!).i32(1).op('i32.add').set(count!);
    inner.get(column!).i32(1).op('i32.add').tee(column!).i32(7).op('i32.lt_s');
    const outer = new Code().i32(0).set(column!).loop(inner);
    outer.get(row!).i32(1).op('i32.add').tee(row!).i32(11).op('i32.lt_s');
    writer.body.loop(outer).get(count!);
    expect(runModule([writer]).call('product')).toBe(77);
  });

  test('if runs its piece when the value is not 0', () => {
    const writer = new FunctionWriter('isSet', [['x', 'i32']], 'i32');
    const answer = writer.local('i32', 'answer');
    writer.body.get(writer.parameters[0]!).if(new Code().i32(1).set(answer)).get(answer);
    const { call } = runModule([writer]);
    expect([0, 1, -5].map((x) => call('isSet', x))).toEqual([0, 1, 1]);
  });

  test('a call reaches the function of its index, earlier or later, with arguments in order', () => {
    const caller = new FunctionWriter('caller', [], 'f32');
    caller.body.f32(10).f32(4).call(2).f32(1).call(1);
    const scaled = new FunctionWriter(
      'scaled',
      [
        ['x', 'f32'],
        ['by', 'f32'],
      ],
      'f32',
    );
    scaled.body.get(scaled.parameters[0]!).get(scaled.parameters[1]!).op('f32.div');
    const less = new FunctionWriter(
      'less',
      [
        ['x', 'f32'],
        ['y', 'f32'],
      ],
      'f32',
    );
    less.body.get(less.parameters[0]!).get(less.parameters[1]!).op('f32.sub');
    expect(runModule([caller, scaled, less]).call('caller')).toBe(6);
  });
});

describe('pieces', () => {
  test('the entry runs before the body, even if it is written after it', () => {
    const writer = new FunctionWriter('late', [], 'i32');
    const base = writer.local('i32', 'base');
    writer.body.get(base).i32(2).op('i32.mul');
    writer.entry.i32(21).set(base);
    expect(runModule([writer]).call('late')).toBe(42);
  });

  test('a piece is copied where it is appended: what is written to it later is not part of it', () => {
    const writer = new FunctionWriter('copied', [], 'i32');
    const piece = new Code().i32(1);
    writer.body.append(piece);
    piece.i32(2);
    writer.body.append(piece).op('drop').op('drop');
    expect(runModule([writer]).call('copied')).toBe(1);
  });

  test('pieces may be larger than the room that writers start with', () => {
    const writer = new FunctionWriter('long', [], 'i32');
    writer.body.i32(0);
    for (let index = 0; index < 5000; index++) writer.body.i32(index).op('i32.add');
    expect(runModule([writer]).call('long')).toBe((5000 * 4999) / 2);
  });
});
