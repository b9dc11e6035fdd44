// Runs scalar functions in tests: compiles a ScalarFunction to a JavaScript closure that rounds after every f32
// operation. Written apart from the emitters, so that it can serve as their reference.
import type {
  BinaryInstruction,
  CompareInstruction,
  Expression,
  ScalarFunction,
  UnaryInstruction,
} from '../../src/ir/scalar.ts';
import type { DType } from '../../src/ir/dtype.ts';
import { operandsOf } from '../../src/ir/scalar.ts';

const prelude = `
const f32View = new Float32Array(1);
const i32OfF32 = new Int32Array(f32View.buffer);
const f64View = new Float64Array(1);
const i32OfF64 = new Int32Array(f64View.buffer);
const fround = Math.fround;
function bits(x) { f32View[0] = x; return i32OfF32[0]; }
function fromBits(i) { i32OfF32[0] = i; return f32View[0]; }
function highWord(x) { f64View[0] = x; return i32OfF64[1]; }
function lowWord(x) { f64View[0] = x; return i32OfF64[0]; }
function fromWords(high, low) { i32OfF64[1] = high; i32OfF64[0] = low; return f64View[0]; }
function roundHalfEven(x) {
  const below = Math.floor(x);
  const rest = x - below;
  const rounded = rest < 0.5 ? below : rest > 0.5 ? below + 1 : below % 2 === 0 ? below : below + 1;
  return rounded === 0 && (x < 0 || Object.is(x, -0)) ? -0 : rounded;
}
function toI32(x) { return x !== x ? 0 : Math.max(-2147483648, Math.min(2147483647, Math.trunc(x))) | 0; }
`;

const unaryText: Readonly<Record<UnaryInstruction, (operand: string) => string>> = {
  neg: (x) => `-${x}`,
  abs: (x) => `Math.abs(${x})`,
  sqrt: (x) => `Math.sqrt(${x})`,
  floor: (x) => `Math.floor(${x})`,
  ceil: (x) => `Math.ceil(${x})`,
  trunc: (x) => `Math.trunc(${x})`,
  round: (x) => `roundHalfEven(${x})`,
  not: (x) => `!${x}`,
  bits: (x) => `bits(${x})`,
  fromBits: (x) => `fromBits(${x})`,
  highWord: (x) => `highWord(${x})`,
  lowWord: (x) => `lowWord(${x})`,
};

const binaryText: Readonly<Record<BinaryInstruction, (left: string, right: string, type: DType) => string>> =
  {
    add: (l, r) => `${l} + ${r}`,
    sub: (l, r) => `${l} - ${r}`,
    mul: (l, r, type) => (type === 'i32' ? `Math.imul(${l}, ${r})` : `${l} * ${r}`),
    div: (l, r) => `${l} / ${r}`,
    min: (l, r) => `Math.min(${l}, ${r})`,
    max: (l, r) => `Math.max(${l}, ${r})`,
    and: (l, r, type) => (type === 'bool' ? `${l} && ${r}` : `${l} & ${r}`),
    or: (l, r, type) => (type === 'bool' ? `${l} || ${r}` : `${l} | ${r}`),
    xor: (l, r, type) => (type === 'bool' ? `${l} !== ${r}` : `${l} ^ ${r}`),
    shiftLeft: (l, r) => `${l} << ${r}`,
    shiftRight: (l, r) => `${l} >> ${r}`,
    shiftRightUnsigned: (l, r) => `${l} >>> ${r}`,
    fromWords: (l, r) => `fromWords(${l}, ${r})`,
  };

const compareText: Readonly<Record<CompareInstruction, string>> = {
  eq: '===',
  ne: '!==',
  lt: '<',
  le: '<=',
  gt: '>',
  ge: '>=',
};

function rounded(type: DType, text: string): string {
  if (type === 'f32') return `fround(${text})`;
  return type === 'i32' ? `((${text}) | 0)` : `(${text})`;
}

function literalText(type: DType, value: number): string {
  if (type === 'bool') return value !== 0 ? 'true' : 'false';
  return Object.is(value, -0) ? '(-0)' : `(${String(value)})`;
}

function text(expression: Expression): string {
  switch (expression.kind) {
    case 'literal':
      return literalText(expression.type, expression.value);
    case 'local':
      return expression.local.name;
    case 'unary':
      return rounded(expression.type, unaryText[expression.instruction](text(expression.operand)));
    case 'binary': {
      const { left, right, type, instruction } = expression;
      return rounded(type, binaryText[instruction](text(left), text(right), type));
    }
    case 'compare':
      return `(${text(expression.left)} ${compareText[expression.instruction]} ${text(expression.right)})`;
    case 'select':
      return `(${text(expression.condition)} ? ${text(expression.then)} : ${text(expression.otherwise)})`;
    case 'convert': {
      const operand = text(expression.operand);
      if (expression.type === 'i32') return `toI32(+${operand})`;
      return expression.type === 'bool' ? `(+${operand} !== 0)` : rounded(expression.type, `+${operand}`);
    }
    case 'call':
      return `${expression.function.name}(${expression.arguments.map(text).join(', ')})`;
    case 'load':
    case 'index':
      throw new Error(`a scalar function cannot contain a ${expression.kind}`);
  }
}

function expressionsOf(scalarFunction: ScalarFunction): readonly Expression[] {
  const found: Expression[] = [];
  const visit = (expression: Expression): void => {
    found.push(expression);
    operandsOf(expression).forEach(visit);
  };
  [...scalarFunction.lets.map((each) => each.value), scalarFunction.result].forEach(visit);
  return found;
}

function withCallees(scalarFunction: ScalarFunction, seen: Set<ScalarFunction>): readonly ScalarFunction[] {
  if (seen.has(scalarFunction)) return [];
  seen.add(scalarFunction);
  const callees = expressionsOf(scalarFunction).flatMap((each) =>
    each.kind === 'call' ? withCallees(each.function, seen) : [],
  );
  return [...callees, scalarFunction];
}

function functionText(scalarFunction: ScalarFunction): string {
  const parameters = scalarFunction.parameters.map((each) => each.name).join(', ');
  const lets = scalarFunction.lets
    .map((each) => `  const ${each.local.name} = ${text(each.value)};\n`)
    .join('');
  return `function ${scalarFunction.name}(${parameters}) {\n${lets}  return ${text(scalarFunction.result)};\n}\n`;
}

/** A closure that computes `scalarFunction`; f32 arguments have to be f32 values already. */
export function compileScalar(scalarFunction: ScalarFunction): (...args: readonly number[]) => number {
  const functions = withCallees(scalarFunction, new Set()).map(functionText).join('');
  const source = `'use strict';\n${prelude}${functions}return ${scalarFunction.name};`;
  // The text above defines exactly one function of that name on numbers.
  const make = new Function(source) as () => (...args: readonly number[]) => number;
  return make();
}

/** Operations of one evaluation: arithmetic, comparisons, selects and conversions, but no reinterpretation. */
export function countOperations(scalarFunction: ScalarFunction): number {
  const free = new Set<UnaryInstruction | BinaryInstruction>([
    'bits',
    'fromBits',
    'highWord',
    'lowWord',
    'fromWords',
  ]);
  return expressionsOf(scalarFunction)
    .map((each) => {
      if (each.kind === 'literal' || each.kind === 'local') return 0;
      if (each.kind === 'call') return countOperations(each.function);
      return (each.kind === 'unary' || each.kind === 'binary') && free.has(each.instruction) ? 0 : 1;
    })
    .reduce((total, each) => total + each, 0);
}
