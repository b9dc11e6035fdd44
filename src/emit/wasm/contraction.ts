// Contractions: which axis goes into the lanes, what becomes tiles and what loops.
import type { Axis, IndexExpression } from '../../ir/index-expression.ts';
import { binary, local as valueOf, type Expression, type Local } from '../../ir/scalar.ts';
import { visitExpression } from '../../kernels/expressions.ts';
import type { Contraction, Loop, Statement } from '../../kernels/kernel.ts';
import { expressionsIn } from '../../kernels/statements.ts';
import { copiesPanels, emitTiles } from './arrangement.ts';
import { counted } from './counted.ts';
import { vectorWidth } from './lanes.ts';
import { computedRows, directOperand, extentOf } from './operand.ts';
import type { Scope } from './scope.ts';
import type { Share } from './share.ts';
import { emitStatements } from './statement.ts';
import { priceInLanes, strategyFor } from './strategy.ts';
import type { Tiled } from './tile.ts';
import { stepOf, varies } from './variation.ts';

export function emitContraction(contraction: Contraction, scope: Scope, share: Share | null): void {
  const tiled = tile(contraction);
  if (tiled === undefined) {
    const statements = asLoops(contraction);
    emitStatements(statements, scope, strategyFor(statements), share);
    return;
  }
  const { outer } = tiled;
  const prepared = withLeftComputedOnce(tiled, scope);
  // Threads part the outermost loop where it is long enough, else what is inside of all loops.
  const sharedAxis = share === null ? undefined : outer.find(({ extent }) => extent >= 2 * share.threads);
  const inside = (axes: readonly Axis[], around: Scope): void => {
    const [axis, ...inner] = axes;
    if (axis === undefined) emitTiles(prepared, around, sharedAxis === undefined ? share : null);
    else counted(axis, around, (body) => inside(inner, body), axis === sharedAxis ? share : null);
  };
  inside(outer, scope);
}

/** A left operand that is no plain load is computed before all loops, if it is the same in all of their iterations. */
function withLeftComputedOnce(tiled: Tiled, scope: Scope): Tiled {
  const { contraction, outer, row } = tiled;
  const { left, contracted } = contraction;
  const changes = outer.some((axis) =>
    varies(left, { axis, isVarying: () => false, isLaneBuffer: () => false }),
  );
  if (outer.length === 0 || changes || directOperand(left, row) !== undefined) return tiled;
  const { buffer, index } = computedRows(left, row, contracted, scope);
  return { ...tiled, contraction: { ...contraction, left: { kind: 'load', type: 'f32', buffer, index } } };
}

/** Whether and how a contraction is done in tiles; others are loops. */
function tile(contraction: Contraction): Tiled | undefined {
  const { rows, columns, contracted, left, right } = contraction;
  const isEmpty = [...rows, ...columns, ...contracted].some((axis) => axis.extent === 0);
  if (isEmpty || rows.length + columns.length === 0) return undefined;
  const turned = { ...contraction, rows: columns, columns: rows, left: right, right: left };
  const { rows: outerRows, columns: outerColumns } =
    turningPrice(turned) < turningPrice(contraction) ? turned : contraction;
  const chosen = outerColumns === columns ? contraction : turned;
  const column = outerColumns.at(-1);
  if (column === undefined || !runsInLanes(chosen, column)) return undefined;
  const row = outerRows.at(-1) ?? { name: 'row', extent: 1 };
  const [aroundRows, aroundColumns] = [outerRows.slice(0, -1), outerColumns.slice(0, -1)];
  const tiled: Tiled = {
    contraction: chosen,
    outer: [...aroundRows, ...aroundColumns],
    inner: [],
    row,
    column,
  };
  // A panel that has to be copied is copied once for all rows.
  const isCopied =
    aroundRows.length > 0 && directOperand(chosen.left, row) !== undefined && copiesPanels(tiled);
  return isCopied ? { ...tiled, outer: aroundColumns, inner: aroundRows } : tiled;
}

/** Whether all that a tile computes has vectors: f64 has none. */
function runsInLanes({ sum, initial, left, right, epilogue }: Contraction, column: Axis): boolean {
  if (sum.type !== 'f32') return false;
  const product: Statement = {
    kind: 'let',
    local: sum,
    value: binary('add', initial, binary('mul', left, right)),
  };
  return Number.isFinite(priceInLanes([product, ...epilogue], column));
}

// Cycles to bring an element of an operand into a panel, and to read or write one of an epilogue that does not lie
// beside the next column's.
const turnedElement = 0.4;
const strayElement = 1.2;

// Products and sums of two numbers that a core does in a cycle.
const productsPerCycle = 8;

/** Roughly what it costs that columns are in the lanes: columns that do not lie side by side have to be turned. */
function turningPrice({ rows, columns, contracted, right, initial, epilogue }: Contraction): number {
  const column = columns.at(-1);
  if (column === undefined) return Infinity;
  const lanes = { axis: column, isVarying: () => false, isLaneBuffer: () => false };
  const isStray = (index: IndexExpression): boolean => {
    const step = stepOf(index, lanes);
    return step !== 0 && step !== 1;
  };
  let strays = 0;
  for (const root of [initial, ...epilogue.flatMap(expressionsIn)]) {
    visitExpression(root, (each) => {
      if (each.kind === 'load' && isStray(each.index)) strays++;
    });
  }
  for (const statement of epilogue) if (statement.kind === 'store' && isStray(statement.index)) strays++;
  const isTurned = right.kind === 'load' && isStray(right.index);
  const panels = isTurned ? extentOf(columns) * extentOf(contracted) * turnedElement : 0;
  const results = extentOf(rows) * extentOf(columns);
  // Where several axes make the rows or columns, the last one may be short: a kernel's, or that of a small image.
  const isNested = rows.length > 1 || columns.length > 1;
  const width = Math.ceil(column.extent / vectorWidth) * vectorWidth;
  const idle = isNested && column.extent > 0 ? width / column.extent - 1 : 0;
  return panels + results * (strays * strayElement + (idle * extentOf(contracted)) / productsPerCycle);
}

/** The same contraction as plain loops, for element types without vectors and for single sums. */
function asLoops(contraction: Contraction): readonly Statement[] {
  const { rows, columns, contracted, sum, initial, left, right, epilogue } = contraction;
  const gathered = sumOverLoops(contracted, sum, initial, binary('mul', left, right));
  const body = [...gathered, ...epilogue];
  return [...rows, ...columns].reduceRight<readonly Statement[]>(
    (inner, axis) => [{ kind: 'loop', axis, body: inner, reductions: [], folds: [] }],
    body,
  );
}

/** `sum = initial; for every k: sum += value`, carried through one loop an axis. */
function sumOverLoops(
  axes: readonly Axis[],
  sum: Local,
  initial: Expression,
  value: Expression,
): readonly Statement[] {
  const [axis, ...inner] = axes;
  if (axis === undefined) return [{ kind: 'let', local: sum, value: binary('add', initial, value) }];
  if (inner.length === 0) {
    const fold = { local: sum, initial, next: binary('add', valueOf(sum), value) };
    return [{ kind: 'loop', axis, body: [], reductions: [], folds: [fold] }];
  }
  const partial: Local = { name: `${sum.name}Of${axis.name}`, type: sum.type };
  const loop: Loop = {
    kind: 'loop',
    axis,
    body: sumOverLoops(inner, partial, valueOf(sum), value),
    reductions: [],
    folds: [{ local: sum, initial, next: valueOf(partial) }],
  };
  return [loop];
}
