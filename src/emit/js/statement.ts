// Kernel statements as JavaScript. Loops are written as they stand in the kernel IR; contractions with enough work
// keep several sums at once, which changes their speed and not a bit of their result.
import { axisIndex, flatIndex, type Axis, type IndexExpression } from '../../ir/index-expression.ts';
import { valuesIn, visitExpression } from '../../kernels/expressions.ts';
import type { Combiner } from '../../ir/lowering.ts';
import { binary, literal, local, type Expression, type Local } from '../../ir/scalar.ts';
import { stridesOf } from '../../ir/value.ts';
import {
  instructionOf,
  laneCount,
  type Contraction,
  type Loop,
  type Reduction,
  type Scatter,
  type Statement,
} from '../../kernels/kernel.ts';
import { initialOf } from '../../ops/reduce.ts';
import { nameTable } from '../../kernels/names.ts';
import { calledName, printIndex, printScalar, printStored, type Requirements } from './expression.ts';

export type Lines = readonly string[];

/** Statements one after the other; a position that several of them use is computed once and called `at`. */
export function printStatements(statements: readonly Statement[], needs: Requirements): Lines {
  const repeated = repeatedPosition(statements, needs);
  if (repeated === undefined) return statements.flatMap((statement) => printStatement(statement, needs));
  const named: Requirements = { ...needs, position: repeated };
  return [
    `const at = ${repeated};`,
    ...statements.flatMap((statement) => printStatement(statement, isFlat(statement) ? named : needs)),
  ];
}

// A sum of products that stands this often in a block is worth a name.
const worthNaming = 3;

function isFlat(statement: Statement): boolean {
  return statement.kind === 'let' || statement.kind === 'store';
}

/** The position that the flat statements of a block use most, if they use one often. */
function repeatedPosition(statements: readonly Statement[], needs: Requirements): string | undefined {
  const counts = new Map<string, number>();
  const count = (index: IndexExpression): void => {
    // A position that is computed from data may stand on a value that this very block names.
    if (valuesIn(index).length > 0) return;
    const text = printIndex(index, needs);
    if (text.includes(' ')) counts.set(text, (counts.get(text) ?? 0) + 1);
  };
  for (const statement of statements) {
    if (statement.kind === 'store') count(statement.index);
    if (statement.kind !== 'store' && statement.kind !== 'let') continue;
    visitExpression(statement.value, (each) => {
      if (each.kind === 'load') count(each.index);
    });
  }
  const [most] = [...counts].toSorted(([, a], [, b]) => b - a);
  return most !== undefined && most[1] >= worthNaming ? most[0] : undefined;
}

function indent(lines: Lines): Lines {
  return lines.map((line) => `  ${line}`);
}

function printStatement(statement: Statement, needs: Requirements): Lines {
  switch (statement.kind) {
    case 'let':
      return [`const ${statement.local.name} = ${printScalar(statement.value, needs)};`];
    case 'store': {
      const target = `${statement.buffer.name}[${printIndex(statement.index, needs)}]`;
      return [`${target} = ${printStored(statement.value, needs)};`];
    }
    case 'scatter': {
      const element = `${statement.target.name}[${printIndex(statement.index, needs)}]`;
      return around(statement.axes, [`${element} ${printUpdate(statement, needs)};`]);
    }
    case 'loop':
      return printLoop(statement, needs);
    case 'contraction':
      return printContraction(statement, needs);
  }
}

/** What follows `target[index]` where an update is brought in; storing in the target rounds. */
function printUpdate({ combiner, target, index, value }: Scatter, needs: Requirements): string {
  if (combiner === 'replace') return `= ${printStored(value, needs)}`;
  if (combiner === 'sum') return `+= ${printScalar(value, needs)}`;
  const { dtype: type } = target;
  const current: Expression = { kind: 'load', type, buffer: target, index };
  return `= ${printStored(binary(instructionOf[combiner], current, value), needs)}`;
}

function header(axis: Axis, step = 1): string {
  const advance = step === 1 ? `${axis.name}++` : `${axis.name} += ${step}`;
  return `for (let ${axis.name} = 0; ${axis.name} < ${axis.extent}; ${advance})`;
}

function block(head: string, body: Lines): Lines {
  const [only, ...more] = body;
  const fitsOnOneLine = only !== undefined && more.length === 0 && /^[^{}]*;$/.test(only);
  return fitsOnOneLine && head.length + only.length < 100
    ? [`${head} ${only}`]
    : [`${head} {`, ...indent(body), '}'];
}

function around(axes: readonly Axis[], body: Lines): Lines {
  return axes.reduceRight<Lines>((inside, axis) => block(header(axis), inside), body);
}

/** `target = target combined with value`, rounded. */
function combined(target: Local, combiner: Combiner, value: Expression): Expression {
  return binary(instructionOf[combiner], local(target), value);
}

function printLoop(loop: Loop, needs: Requirements): Lines {
  const before = [
    ...loop.folds.map(({ local: target, initial }) => `let ${target.name} = ${printScalar(initial, needs)};`),
    ...loop.reductions.map((reduction) => startOf(reduction, needs)),
  ];
  const body = [
    ...printStatements(loop.body, needs),
    ...loop.reductions.map((reduction) => gather(reduction, loop.axis, needs)),
    ...loop.folds.map(({ local: target, next }) => `${target.name} = ${printScalar(next, needs)};`),
  ];
  const after = loop.reductions.flatMap((reduction) => endOf(reduction, needs));
  return [...before, ...block(header(loop.axis), body), ...after];
}

/** Integers wrap, so that no order of theirs shows in the result. */
function isInLanes({ order, local: target }: Reduction): boolean {
  return order === 'lanes' && target.type !== 'i32';
}

/** Arrays of one name are shared by all kernels, so that the type is part of it. */
function lanesOf({ local: target }: Reduction, needs: Requirements): string {
  return freeName(`${target.name}Lanes${target.type === 'f64' ? '64' : ''}`, needs);
}

/** A name that no kernel uses. */
function freeName(wanted: string, { taken }: Requirements): string {
  return nameTable(taken).unique(wanted);
}

function startOf(reduction: Reduction, needs: Requirements): string {
  const { local: target, combiner } = reduction;
  const initial = initialOf(combiner, target.type);
  if (!isInLanes(reduction)) {
    return `let ${target.name} = ${printScalar(literal(target.type, initial), needs)};`;
  }
  return `${lanesOf(reduction, needs)}.fill(${String(initial)});`;
}

function gather(reduction: Reduction, axis: Axis, needs: Requirements): string {
  const { local: target, combiner, contribution } = reduction;
  if (!isInLanes(reduction)) {
    return `${target.name} = ${printScalar(combined(target, combiner, contribution), needs)};`;
  }
  const sign = combiner === 'product' ? '*=' : '+=';
  return `${lanesOf(reduction, needs)}[${axis.name} & ${laneCount - 1}] ${sign} ${printScalar(contribution, needs)};`;
}

function endOf(reduction: Reduction, needs: Requirements): Lines {
  if (!isInLanes(reduction)) return [];
  const { local: target, combiner } = reduction;
  const name = `${combiner === 'product' ? 'productOfLanes' : 'sumOfLanes'}${target.type === 'f64' ? '64' : ''}`;
  needs.support.add(name);
  return [`const ${target.name} = ${calledName(name, needs)}(${lanesOf(reduction, needs)});`];
}

/** The names of everything that statements read, write and bind. */
export function namesIn(statements: readonly Statement[]): ReadonlySet<string> {
  const names = new Set<string>();
  const addAxes = (axes: readonly Axis[]): void => {
    for (const axis of axes) names.add(axis.name);
  };
  const visit = (statement: Statement): void => {
    switch (statement.kind) {
      case 'let':
        names.add(statement.local.name);
        return;
      case 'store':
        names.add(statement.buffer.name);
        return;
      case 'scatter':
        names.add(statement.target.name);
        addAxes(statement.axes);
        return;
      case 'loop':
        addAxes([statement.axis]);
        for (const each of [...statement.reductions, ...statement.folds]) names.add(each.local.name);
        statement.body.forEach(visit);
        return;
      case 'contraction':
        addAxes([...statement.rows, ...statement.columns, ...statement.contracted]);
        names.add(statement.sum.name);
        statement.epilogue.forEach(visit);
        return;
    }
  };
  statements.forEach(visit);
  return names;
}

/** An array that kernels share for what they gather. */
export interface GatherArray {
  readonly name: string;
  readonly type: string;
  readonly length: number;
}

/** Arrays that a kernel gathers in: partial results in lanes, and sums of a row. */
export function gatherArraysIn(
  statements: readonly Statement[],
  needs: Requirements,
): readonly GatherArray[] {
  return statements.flatMap((statement): readonly GatherArray[] => {
    if (statement.kind === 'contraction') {
      const own = gathersRows(statement)
        ? [{ name: rowOfSums(statement, needs), type: arrayFor(statement.sum), length: widthOf(statement) }]
        : [];
      return [...own, ...gatherArraysIn(statement.epilogue, needs)];
    }
    if (statement.kind !== 'loop') return [];
    const own = statement.reductions.filter(isInLanes).map((reduction) => ({
      name: lanesOf(reduction, needs),
      type: arrayFor(reduction.local),
      length: laneCount,
    }));
    return [...own, ...gatherArraysIn(statement.body, needs)];
  });
}

function arrayFor({ type }: Local): string {
  return type === 'f64' ? 'Float64Array' : 'Float32Array';
}

function widthOf({ columns }: Contraction): number {
  return columns.reduce((product, axis) => product * axis.extent, 1);
}

/** Sums of a whole row are gathered side by side: engines are twice as fast at that as at one sum after another. */
function gathersRows(contraction: Contraction): boolean {
  return widthOf(contraction) > 1 && contraction.contracted.length > 0;
}

function rowOfSums({ sum }: Contraction, needs: Requirements): string {
  return freeName(sum.type === 'f64' ? 'sums64' : 'sums', needs);
}

function printContraction(contraction: Contraction, needs: Requirements): Lines {
  return gathersRows(contraction) ? rowByRow(contraction, needs) : sumBySum(contraction, needs);
}

function sumBySum(contraction: Contraction, needs: Requirements): Lines {
  const { rows, columns, contracted, sum, initial, left, right, epilogue } = contraction;
  const product: Expression = { kind: 'binary', type: sum.type, instruction: 'mul', left, right };
  const accumulate = `${sum.name} = ${printScalar(combined(sum, 'sum', product), needs)};`;
  return around(
    [...rows, ...columns],
    [
      `let ${sum.name} = ${printScalar(initial, needs)};`,
      ...around(contracted, [accumulate]),
      ...printStatements(epilogue, needs),
    ],
  );
}

/** Adds one product to every sum of a row at a time: each sum still grows in ascending order of k. */
function rowByRow(contraction: Contraction, needs: Requirements): Lines {
  const { rows, columns, contracted, sum, initial, left, right, epilogue } = contraction;
  const strides = stridesOf(columns.map((axis) => axis.extent));
  const column = printIndex(flatIndex(columns.map(axisIndex), strides), needs);
  const element = `${rowOfSums(contraction, needs)}[${column}]`;
  const factor: Local = { name: freeName('factor', needs), type: sum.type };
  const product: Expression = {
    kind: 'binary',
    type: sum.type,
    instruction: 'mul',
    left: local(factor),
    right,
  };
  return around(rows, [
    ...around(columns, [`${element} = ${printStored(initial, needs)};`]),
    ...around(contracted, [
      `const ${factor.name} = ${printScalar(left, needs)};`,
      ...around(columns, [`${element} += ${printScalar(product, needs)};`]),
    ]),
    ...around(columns, [`const ${sum.name} = ${element};`, ...printStatements(epilogue, needs)]),
  ]);
}
