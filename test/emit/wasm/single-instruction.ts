// One instruction as a function of its own that takes its operands from memory and leaves its result there, so that
// all types, vectors too, can be given and seen from JavaScript.
import { FunctionWriter, type Code } from '../../../src/emit/wasm/code.ts';
import type { Codec } from './codecs.ts';
import { runModule } from './run-module.ts';

/** What an instruction takes and gives, and what JavaScript gives for the samples of its operands. */
export interface InstructionCase {
  readonly operands: readonly Codec<never>['type'][];
  readonly result: Codec<never>['type'];
  /** Calls the function of the instruction for all samples. */
  outcomes(run: () => void, memory: DataView): readonly Outcome[];
}

export interface Outcome {
  readonly operands: readonly unknown[];
  readonly result: unknown;
  readonly expected: unknown;
}

/** A result, or that the instruction traps. */
export type Traps = 'traps';

const placeOf = (operand: number): number => 16 * operand;
export const resultPlace = placeOf(3);

/** A function named `single`. */
export function singleInstruction(
  { operands, result }: Pick<InstructionCase, 'operands' | 'result'>,
  emit: (code: Code) => void,
): FunctionWriter {
  const writer = new FunctionWriter('single');
  writer.body.i32(resultPlace);
  operands.forEach((type, operand) => loadOperand(writer.body, type, operand));
  emit(writer.body);
  storeResult(writer.body, result);
  return writer;
}

export function loadOperand(code: Code, type: InstructionCase['result'], operand: number): void {
  code.i32(placeOf(operand));
  if (type === 'i64') code.memory('f64.load').op('i64.reinterpret_f64');
  else code.memory(`${type}.load`);
}

/** Stores at the place that lies on the stack below the result. */
export function storeResult(code: Code, type: InstructionCase['result']): void {
  if (type === 'i64') code.op('f64.reinterpret_i64').memory('f64.store');
  else code.memory(`${type}.store`);
}

export function runSingle(each: InstructionCase, emit: (code: Code) => void): readonly Outcome[] {
  const { memory, call } = runModule([singleInstruction(each, emit)]);
  return each.outcomes(() => call('single'), memory);
}

export function unary<A, Result>(
  a: Codec<A>,
  result: Codec<Result>,
  reference: (a: A) => Result | Traps,
): InstructionCase {
  return {
    operands: [a.type],
    result: result.type,
    outcomes: (run, memory) =>
      a.samples.map((x) => {
        a.write(memory, placeOf(0), x);
        return { operands: [x], result: outcome(run, memory, result), expected: reference(x) };
      }),
  };
}

export function binary<A, B, Result>(
  a: Codec<A>,
  b: Codec<B>,
  result: Codec<Result>,
  reference: (a: A, b: B) => Result | Traps,
): InstructionCase {
  return {
    operands: [a.type, b.type],
    result: result.type,
    outcomes: (run, memory) =>
      b.samples.flatMap((y) => {
        b.write(memory, placeOf(1), y);
        const partial = unary(a, result, (x) => reference(x, y));
        return partial.outcomes(run, memory).map((each) => ({ ...each, operands: [...each.operands, y] }));
      }),
  };
}

export function ternary<A, B, C, Result>(
  a: Codec<A>,
  b: Codec<B>,
  c: Codec<C>,
  result: Codec<Result>,
  reference: (a: A, b: B, c: C) => Result | Traps,
): InstructionCase {
  return {
    operands: [a.type, b.type, c.type],
    result: result.type,
    outcomes: (run, memory) =>
      c.samples.flatMap((z) => {
        c.write(memory, placeOf(2), z);
        const partial = binary(a, b, result, (x, y) => reference(x, y, z));
        return partial.outcomes(run, memory).map((each) => ({ ...each, operands: [...each.operands, z] }));
      }),
  };
}

function outcome<Result>(run: () => void, memory: DataView, result: Codec<Result>): Result | Traps {
  try {
    run();
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) return 'traps';
    throw error;
  }
  return result.read(memory, resultPlace);
}
