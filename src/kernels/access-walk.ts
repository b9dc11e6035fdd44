// All loads and stores of a kernel in the order in which an iteration makes them, with the loops around each, and the
// scoping of locals and loop variables on the way. For the plan checker; relies on the kernel IR only.
import type { Axis, IndexExpression } from '../ir/index-expression.ts';
import type { Placed } from '../ir/index-proof.ts';
import { operandsOf, type BufferReference, type Expression, type Local } from '../ir/scalar.ts';
import type { Contraction, Kernel, Loop, Scatter, Statement } from './kernel.ts';

/** Loops that are entered together: those of one statement. */
interface Frame {
  readonly owner: object;
  readonly axes: readonly Axis[];
}

export interface Access extends Placed {
  readonly kind: 'load' | 'store';
  readonly buffer: BufferReference;
  readonly frames: readonly Frame[];
  readonly order: number;
  /** Both halves of an update of `target[index]`; one that replaces what stands there only stores. */
  readonly scatter?: Scatter;
}

/** A name that is used where nothing has defined it, or defined twice. */
interface ScopeProblem {
  readonly kind: 'local' | 'axis';
  readonly message: string;
}

export interface Walk {
  readonly accesses: readonly Access[];
  readonly problems: readonly ScopeProblem[];
  /** Every run-time value inside an index, with its promise. */
  readonly promises: readonly Promised[];
  /** Values of locals that are defined by a `let`. */
  readonly values: ReadonlyMap<Local, Expression>;
}

interface Promised {
  readonly value: Expression;
  readonly low: number;
  readonly high: number;
  /** The loops around it. */
  readonly axes: readonly Axis[];
}

/** What can be named at a place. */
interface Scope {
  readonly frames: readonly Frame[];
  readonly locals: Set<Local>;
  /** Loop variables of the frames that may not be used here: the right side of a contraction knows no rows. */
  readonly hidden: readonly Axis[];
}

interface Walker {
  readonly accesses: Access[];
  readonly problems: ScopeProblem[];
  readonly promises: Promised[];
  readonly values: Map<Local, Expression>;
  readonly defined: Set<Local>;
}

export function walk(kernel: Kernel): Walk {
  const walker: Walker = {
    accesses: [],
    problems: [],
    promises: [],
    values: new Map(),
    defined: new Set(),
  };
  visitList(kernel.body, { frames: [], locals: new Set(), hidden: [] }, walker);
  return walker;
}

function visitList(statements: readonly Statement[], scope: Scope, walker: Walker): void {
  for (const statement of statements) {
    switch (statement.kind) {
      case 'let':
        visitExpression(statement.value, scope, walker);
        define(statement.local, scope, walker);
        walker.values.set(statement.local, statement.value);
        break;
      case 'store':
        visitExpression(statement.value, scope, walker);
        visitIndex(statement.index, scope, walker);
        addAccess('store', statement.buffer, statement.index, scope, walker);
        break;
      case 'loop':
        visitLoop(statement, scope, walker);
        break;
      case 'contraction':
        visitContraction(statement, scope, walker);
        break;
      case 'scatter': {
        const inside = enter(scope, statement, statement.axes);
        visitExpression(statement.value, inside, walker);
        visitIndex(statement.index, inside, walker);
        if (statement.combiner !== 'replace') {
          addAccess('load', statement.target, statement.index, inside, walker, statement);
        }
        addAccess('store', statement.target, statement.index, inside, walker, statement);
        break;
      }
    }
  }
}

function enter(scope: Scope, owner: object, axes: readonly Axis[], hidden: readonly Axis[] = []): Scope {
  return {
    frames: [...scope.frames, { owner, axes }],
    locals: new Set(scope.locals),
    hidden: [...scope.hidden, ...hidden],
  };
}

function visitLoop(loop: Loop, scope: Scope, walker: Walker): void {
  for (const fold of loop.folds) visitExpression(fold.initial, scope, walker);
  for (const fold of loop.folds) define(fold.local, scope, walker);
  const inside = enter(scope, loop, [loop.axis]);
  visitList(loop.body, inside, walker);
  for (const { contribution } of loop.reductions) visitExpression(contribution, inside, walker);
  for (const { next } of loop.folds) visitExpression(next, inside, walker);
  for (const { local } of loop.reductions) define(local, scope, walker);
}

function visitContraction(contraction: Contraction, scope: Scope, walker: Walker): void {
  const { rows, columns, contracted, sum } = contraction;
  const cell = enter(scope, contraction, [...rows, ...columns]);
  visitExpression(contraction.initial, cell, walker);
  visitExpression(contraction.left, enter(cell, contracted, contracted, columns), walker);
  visitExpression(contraction.right, enter(cell, contracted, contracted, rows), walker);
  define(sum, cell, walker);
  visitList(contraction.epilogue, cell, walker);
}

function define(local: Local, scope: Scope, walker: Walker): void {
  if (walker.defined.has(local)) {
    walker.problems.push({ kind: 'local', message: `${local.name} is defined twice` });
  }
  walker.defined.add(local);
  scope.locals.add(local);
}

function visitExpression(expression: Expression, scope: Scope, walker: Walker): void {
  if (expression.kind === 'local' && !scope.locals.has(expression.local)) {
    const message = `${expression.local.name} is used where it has no value yet`;
    walker.problems.push({ kind: 'local', message });
  }
  if (expression.kind === 'load' || expression.kind === 'index') visitIndex(expression.index, scope, walker);
  if (expression.kind === 'load') addAccess('load', expression.buffer, expression.index, scope, walker);
  for (const operand of operandsOf(expression)) visitExpression(operand, scope, walker);
}

function visitIndex(index: IndexExpression, scope: Scope, walker: Walker): void {
  for (const { atom } of index.terms) {
    switch (atom.kind) {
      case 'axis': {
        const isEntered = scope.frames.some(({ axes }) => axes.includes(atom.axis));
        if (isEntered && !scope.hidden.includes(atom.axis)) break;
        const message = `the loop variable ${atom.axis.name} is used where its loop does not run`;
        walker.problems.push({ kind: 'axis', message });
        break;
      }
      case 'dynamic':
        visitExpression(atom.value, scope, walker);
        walker.promises.push({ ...atom, axes: scope.frames.flatMap((frame) => frame.axes) });
        break;
      case 'clamped':
      case 'quotient':
      case 'remainder':
        visitIndex(atom.of, scope, walker);
        break;
    }
  }
}

function addAccess(
  kind: Access['kind'],
  buffer: BufferReference,
  index: IndexExpression,
  { frames }: Scope,
  walker: Walker,
  scatter?: Scatter,
): void {
  const order = walker.accesses.length;
  const axes = frames.flatMap((frame) => frame.axes);
  const access: Access = { kind, buffer, index, frames, axes, order };
  walker.accesses.push(scatter === undefined ? access : { ...access, scatter });
}

/** The loops that two accesses stand in together. */
export function commonAxes(a: Access, b: Access): readonly Axis[] {
  const apart = a.frames.findIndex((frame, depth) => frame.owner !== b.frames[depth]?.owner);
  return (apart < 0 ? a.frames : a.frames.slice(0, apart)).flatMap((frame) => frame.axes);
}

/** Whether two accesses happen once in each iteration of the same loops. */
export function standTogether(a: Access, b: Access): boolean {
  return (
    a.frames.length === b.frames.length &&
    a.frames.every((frame, depth) => frame.owner === b.frames[depth]?.owner)
  );
}
