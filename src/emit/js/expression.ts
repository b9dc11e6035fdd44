// Scalar expressions as JavaScript with strict numerics: every f32 operation is rounded by `fround` unless the value
// is rounded anyway, by the Float32Array that it is stored in.
import { InternalError } from '../../ir/errors.ts';
import { rangeOf, type Atom, type IndexExpression } from '../../ir/index-expression.ts';
import type {
  BinaryInstruction,
  CompareInstruction,
  Expression,
  ScalarFunction,
  UnaryInstruction,
} from '../../ir/scalar.ts';
import { shortNumber } from '../../kernels/formula.ts';

/** What printed code needs around it: built-ins of Math, and functions of our own. */
export interface Requirements {
  readonly builtins: Set<string>;
  readonly functions: Set<ScalarFunction>;
  /** Support functions by name, see `support.ts`. */
  readonly support: Set<string>;
  /** Names that kernels give to their buffers and values: nothing that they call may have one of them. */
  readonly taken: ReadonlySet<string>;
  /** A position that stands before these statements under the name `at`. */
  readonly position?: string;
}

export function requirements(taken: ReadonlySet<string> = new Set()): Requirements {
  return { builtins: new Set(), functions: new Set(), support: new Set(), taken };
}

/** What a function is called in printed code: `tanh`, or `tanhOf` where a kernel calls a value `tanh`. */
export function calledName(name: string, { taken }: Pick<Requirements, 'taken'>): string {
  let free = name;
  while (taken.has(free)) free = `${free}Of`;
  return free;
}

/** Binding strength of JavaScript operators, tighter is higher. */
const precedence = {
  conditional: 2,
  or: 3,
  and: 4,
  bitOr: 6,
  bitXor: 7,
  bitAnd: 8,
  equality: 9,
  relation: 10,
  shift: 11,
  sum: 12,
  product: 13,
  unary: 15,
  call: 18,
} as const;

interface Printed {
  readonly text: string;
  readonly strength: number;
}

function wrap({ text, strength }: Printed, needed: number): string {
  return strength < needed ? `(${text})` : text;
}

/** The expression as JavaScript, rounded to its type. */
export function printScalar(expression: Expression, needs: Requirements): string {
  return print(expression, needs).text;
}

/** The expression for a store: the array rounds, so the last `fround` can go; booleans are stored as 0 and 1. */
export function printStored(expression: Expression, needs: Requirements): string {
  if (expression.type === 'bool')
    return `${wrap(print(expression, needs), precedence.conditional + 1)} ? 1 : 0`;
  return expression.type === 'f32' ? unrounded(expression, needs).text : printScalar(expression, needs);
}

function print(expression: Expression, needs: Requirements): Printed {
  const bare = unrounded(expression, needs);
  return isRounded(expression) ? bare : rounded(bare, needs);
}

function rounded({ text }: Printed, needs: Requirements): Printed {
  needs.builtins.add('fround');
  return { text: `fround(${text})`, strength: precedence.call };
}

/** Whether the printed form already has the precision of its type. */
function isRounded(expression: Expression): boolean {
  if (expression.type !== 'f32') return true;
  switch (expression.kind) {
    case 'unary':
      return expression.instruction !== 'sqrt';
    case 'binary':
      return expression.instruction === 'min' || expression.instruction === 'max';
    case 'convert':
      return expression.operand.type === 'bool';
    case 'literal':
      return String(expression.value) === shortNumber(expression.value) || !Number.isFinite(expression.value);
    case 'load':
    case 'local':
    case 'select':
    case 'call':
      return true;
  }
}

function unrounded(expression: Expression, needs: Requirements): Printed {
  switch (expression.kind) {
    case 'literal':
      return literalText(expression.type, expression.value);
    case 'local':
      return { text: expression.local.name, strength: precedence.call };
    case 'load': {
      const element = `${expression.buffer.name}[${printIndex(expression.index, needs)}]`;
      return expression.type === 'bool'
        ? { text: `${element} !== 0`, strength: precedence.equality }
        : { text: element, strength: precedence.call };
    }
    case 'index':
      return index(expression.index, needs);
    case 'unary':
      return unary(expression.instruction, expression.operand, needs);
    case 'binary':
      return binary(expression.instruction, expression.left, expression.right, needs);
    case 'compare': {
      const sign = comparisons[expression.instruction];
      const strength = sign === '===' || sign === '!==' ? precedence.equality : precedence.relation;
      return infix(sign, expression.left, expression.right, strength, needs);
    }
    case 'select': {
      const condition = wrap(print(expression.condition, needs), precedence.conditional + 1);
      const then = wrap(print(expression.then, needs), precedence.conditional + 1);
      const otherwise = wrap(print(expression.otherwise, needs), precedence.conditional + 1);
      return { text: `${condition} ? ${then} : ${otherwise}`, strength: precedence.conditional };
    }
    case 'convert':
      return convert(expression.type, expression.operand, needs);
    case 'call': {
      needs.functions.add(expression.function);
      const list = expression.arguments.map((each) => printScalar(each, needs));
      const name = calledName(expression.function.name, needs);
      return { text: `${name}(${list.join(', ')})`, strength: precedence.call };
    }
  }
}

function literalText(type: Expression['type'], value: number): Printed {
  if (type === 'bool') return { text: value === 0 ? 'false' : 'true', strength: precedence.call };
  const text = Object.is(value, -0) ? '-0' : type === 'f32' ? shortNumber(value) : String(value);
  return { text, strength: text.startsWith('-') ? precedence.unary : precedence.call };
}

const comparisons: Readonly<Record<CompareInstruction, string>> = {
  eq: '===',
  ne: '!==',
  lt: '<',
  le: '<=',
  gt: '>',
  ge: '>=',
};

function infix(
  sign: string,
  left: Expression,
  right: Expression,
  strength: number,
  needs: Requirements,
): Printed {
  const text = `${wrap(print(left, needs), strength)} ${sign} ${wrap(print(right, needs), strength + 1)}`;
  return { text, strength };
}

function builtin(name: string, operands: readonly Expression[], needs: Requirements): Printed {
  needs.builtins.add(name);
  return {
    text: `${name}(${operands.map((each) => printScalar(each, needs)).join(', ')})`,
    strength: precedence.call,
  };
}

function support(name: string, operands: readonly Expression[], needs: Requirements): Printed {
  needs.support.add(name);
  return {
    text: `${calledName(name, needs)}(${operands.map((each) => printScalar(each, needs)).join(', ')})`,
    strength: precedence.call,
  };
}

/** Integer arithmetic wraps at 32 bits. */
function wrapped({ text, strength }: Printed): Printed {
  return { text: `${wrap({ text, strength }, precedence.unary)} | 0`, strength: precedence.bitOr };
}

function unary(instruction: UnaryInstruction, operand: Expression, needs: Requirements): Printed {
  switch (instruction) {
    case 'neg': {
      const inner = print(operand, needs);
      const negated = {
        text: `-${wrap(inner, inner.text.startsWith('-') ? precedence.call : precedence.unary)}`,
        strength: precedence.unary,
      };
      return operand.type === 'i32' ? wrapped(negated) : negated;
    }
    case 'not':
      return { text: `!${wrap(print(operand, needs), precedence.unary)}`, strength: precedence.unary };
    case 'abs': {
      const magnitude = builtin('abs', [operand], needs);
      return operand.type === 'i32' ? wrapped(magnitude) : magnitude;
    }
    case 'sqrt':
    case 'floor':
    case 'ceil':
    case 'trunc':
      return builtin(instruction, [operand], needs);
    case 'round':
      return support('roundHalfToEven', [operand], needs);
    case 'bits':
      return support('bitsOf', [operand], needs);
    case 'fromBits':
      return support('fromBits', [operand], needs);
    case 'highWord':
      return support('highWord', [operand], needs);
    case 'lowWord':
      return support('lowWord', [operand], needs);
  }
}

function binary(
  instruction: BinaryInstruction,
  left: Expression,
  right: Expression,
  needs: Requirements,
): Printed {
  const isInteger = left.type === 'i32';
  const isBoolean = left.type === 'bool';
  switch (instruction) {
    case 'add':
    case 'sub': {
      const isNegative = right.kind === 'literal' && right.value < 0 && instruction === 'add';
      // Adding a negative number is subtracting it, to the bit.
      const sum = isNegative
        ? infix('-', left, { ...right, value: -right.value }, precedence.sum, needs)
        : infix(instruction === 'add' ? '+' : '-', left, right, precedence.sum, needs);
      return isInteger ? wrapped(sum) : sum;
    }
    case 'mul':
      return isInteger
        ? builtin('imul', [left, right], needs)
        : infix('*', left, right, precedence.product, needs);
    case 'div':
      return infix('/', left, right, precedence.product, needs);
    case 'min':
    case 'max':
      return builtin(instruction, [left, right], needs);
    case 'and':
      return isBoolean
        ? infix('&&', left, right, precedence.and, needs)
        : infix('&', left, right, precedence.bitAnd, needs);
    case 'or':
      return isBoolean ? either(left, right, needs) : infix('|', left, right, precedence.bitOr, needs);
    case 'xor':
      return isBoolean
        ? infix('!==', left, right, precedence.equality, needs)
        : infix('^', left, right, precedence.bitXor, needs);
    case 'shiftLeft':
      return infix('<<', left, right, precedence.shift, needs);
    case 'shiftRight':
      return infix('>>', left, right, precedence.shift, needs);
    case 'shiftRightUnsigned':
      return wrapped(infix('>>>', left, right, precedence.shift, needs));
    case 'fromWords':
      return support('fromWords', [left, right], needs);
  }
}

/** `a || b` with parentheses around any `&&`, which readers do not have to rank. */
function either(left: Expression, right: Expression, needs: Requirements): Printed {
  const side = (operand: Expression): string => {
    const printed = print(operand, needs);
    return wrap(printed, printed.strength === precedence.and ? precedence.bitOr : precedence.or);
  };
  return { text: `${side(left)} || ${side(right)}`, strength: precedence.or };
}

function convert(type: Expression['type'], operand: Expression, needs: Requirements): Printed {
  const from = operand.type;
  if (type === 'bool') {
    return {
      text: `${wrap(print(operand, needs), precedence.equality)} !== 0`,
      strength: precedence.equality,
    };
  }
  if (from === 'bool') {
    const condition = wrap(print(operand, needs), precedence.conditional + 1);
    return { text: `${condition} ? 1 : 0`, strength: precedence.conditional };
  }
  if (type === 'i32') return support('toInt32', [operand], needs);
  // To f32 the caller rounds; to f64 every value is exact.
  return print(operand, needs);
}

/** An index as JavaScript: strides and offsets, most significant first. */
export function printIndex(expression: IndexExpression, needs: Requirements): string {
  const { text } = index(expression, needs);
  return text === needs.position ? 'at' : text;
}

function index({ terms, offset }: IndexExpression, needs: Requirements): Printed {
  const ordered = terms.toSorted((a, b) => Math.abs(b.coefficient) - Math.abs(a.coefficient));
  const parts = ordered.map(({ atom, coefficient }) => {
    const inner = printAtom(atom, needs);
    const size = Math.abs(coefficient);
    const product =
      size === 1
        ? inner
        : { text: `${wrap(inner, precedence.product)} * ${size}`, strength: precedence.product };
    return { isNegative: coefficient < 0, product };
  });
  if (offset !== 0 || parts.length === 0) {
    const constant = { text: String(Math.abs(offset)), strength: precedence.call };
    parts.push({ isNegative: offset < 0, product: constant });
  }
  const [first, ...rest] = parts;
  if (first === undefined) throw new InternalError('E_INDEX', 'an index has no terms');
  if (rest.length === 0 && !first.isNegative) return first.product;
  const head = first.isNegative
    ? `-${wrap(first.product, precedence.unary)}`
    : wrap(first.product, precedence.sum);
  const tail = rest.map(
    ({ isNegative, product }) => ` ${isNegative ? '-' : '+'} ${wrap(product, precedence.sum + 1)}`,
  );
  return { text: head + tail.join(''), strength: rest.length === 0 ? precedence.unary : precedence.sum };
}

function printAtom(atom: Atom, needs: Requirements): Printed {
  switch (atom.kind) {
    case 'axis':
      return { text: atom.axis.name, strength: precedence.call };
    case 'dynamic':
      return print(atom.value, needs);
    case 'clamped':
      needs.builtins.add('min').add('max');
      return {
        text: `max(${atom.low}, min(${atom.high}, ${index(atom.of, needs).text}))`,
        strength: precedence.call,
      };
    case 'quotient': {
      const inner = index(atom.of, needs);
      const quotient = `${wrap(inner, precedence.product)} / ${atom.by}`;
      // Truncation is floor for what is never negative.
      if (rangeOf(atom.of).low >= 0) return { text: `(${quotient}) | 0`, strength: precedence.bitOr };
      needs.builtins.add('floor');
      return { text: `floor(${quotient})`, strength: precedence.call };
    }
    case 'remainder': {
      const inner = wrap(index(atom.of, needs), precedence.product);
      if (rangeOf(atom.of).low >= 0) return { text: `${inner} % ${atom.by}`, strength: precedence.product };
      return { text: `((${inner} % ${atom.by}) + ${atom.by}) % ${atom.by}`, strength: precedence.product };
    }
  }
}
