// The text form of kernel programs: the medium of golden tests and of `explain()`. It names no target.
import { printSpan } from '../ir/frame.ts';
import type { IndexExpression } from '../ir/index-expression.ts';
import { scopePath, spanOf } from '../ir/origin.ts';
import type { Expression } from '../ir/scalar.ts';
import type { Buffer, Kernel, KernelProgram, Statement } from './kernel.ts';

export function printKernelProgram(program: KernelProgram): string {
  const buffers = program.buffers.map((buffer) => `  ${printBuffer(buffer)}`);
  return [`entry ${program.name}`, ...buffers, '', ...program.kernels.map(printKernel)].join('\n');
}

function printBuffer({ name, role, dtype, shape, range }: Buffer): string {
  const values = range === undefined ? '' : ` in ${range.low}..${range.high}`;
  return `${role} ${name}: ${dtype}[${shape.join(', ')}]${values}`;
}

export function printKernel(kernel: Kernel): string {
  const names = (buffers: readonly Buffer[]): string => buffers.map((buffer) => buffer.name).join(', ');
  const scratch = kernel.scratch.map((buffer) => `  ${printBuffer(buffer)}`);
  return [
    `kernel ${kernel.name} (${kernel.phase}): ${names(kernel.reads)} -> ${names(kernel.writes)}`,
    ...describeSources(kernel).map((line) => `  ; ${line}`),
    ...scratch,
    ...kernel.body.flatMap((statement) => printStatement(statement, '  ')),
    '',
  ].join('\n');
}

/** The scopes that a kernel fuses with the user's lines, each once. */
export function describeSources(kernel: Kernel): readonly string[] {
  const lines = kernel.computes.map(({ origin }) => {
    const span = spanOf(origin);
    return [scopePath(origin.scope), span === null ? '' : printSpan(span)]
      .filter((part) => part !== '')
      .join('  ');
  });
  return [...new Set(lines)].filter((line) => line !== '');
}

function printStatement(statement: Statement, indent: string): readonly string[] {
  const deeper = `${indent}  `;
  switch (statement.kind) {
    case 'let':
      return [
        `${indent}${statement.local.name}: ${statement.local.type} = ${printExpression(statement.value)}`,
      ];
    case 'store':
      return [
        `${indent}${statement.buffer.name}[${printIndex(statement.index)}] = ${printExpression(statement.value)}`,
      ];
    case 'scatter': {
      const loops = statement.axes.map((axis) => `${axis.name} < ${axis.extent}`).join(', ');
      const target = `${statement.target.name}[${printIndex(statement.index)}]`;
      const sign = statement.combiner === 'replace' ? '=' : `${statement.combiner}=`;
      return [`${indent}scatter ${loops}`, `${deeper}${target} ${sign} ${printExpression(statement.value)}`];
    }
    case 'loop':
      return [
        ...statement.folds.map(
          (fold) => `${indent}${fold.local.name}: ${fold.local.type} = ${printExpression(fold.initial)}`,
        ),
        `${indent}loop ${statement.axis.name} < ${statement.axis.extent}`,
        ...statement.body.flatMap((each) => printStatement(each, deeper)),
        ...statement.reductions.map(
          (each) =>
            `${deeper}${each.local.name} ${each.combiner}= ${printExpression(each.contribution)} (${each.order})`,
        ),
        ...statement.folds.map((fold) => `${deeper}${fold.local.name} := ${printExpression(fold.next)}`),
      ];
    case 'contraction': {
      const list = (axes: readonly { name: string; extent: number }[]): string =>
        axes.map((axis) => `${axis.name} < ${axis.extent}`).join(', ') || '1';
      return [
        `${indent}contraction rows ${list(statement.rows)}; columns ${list(statement.columns)}; over ${list(statement.contracted)}`,
        `${deeper}${statement.sum.name} = ${printExpression(statement.initial)}`,
        `${deeper}${statement.sum.name} += ${printExpression(statement.left)} * ${printExpression(statement.right)}`,
        ...statement.epilogue.flatMap((each) => printStatement(each, deeper)),
      ];
    }
  }
}

export function printIndex(index: IndexExpression): string {
  const terms = index.terms.map(({ atom, coefficient }) => {
    const factor = coefficient === 1 ? '' : `${coefficient}*`;
    switch (atom.kind) {
      case 'axis':
        return `${factor}${atom.axis.name}`;
      case 'dynamic':
        return `${factor}${printExpression(atom.value)}`;
      case 'clamped':
        return `${factor}clamp(${printIndex(atom.of)}, ${atom.low}, ${atom.high})`;
      case 'quotient':
        return `${factor}(${printIndex(atom.of)} / ${atom.by})`;
      case 'remainder':
        return `${factor}(${printIndex(atom.of)} % ${atom.by})`;
    }
  });
  const parts = index.offset !== 0 || terms.length === 0 ? [...terms, String(index.offset)] : terms;
  return parts.join(' + ');
}

export function printExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'literal':
      return Object.is(expression.value, -0) ? '-0' : String(expression.value);
    case 'local':
      return expression.local.name;
    case 'load':
      return `${expression.buffer.name}[${printIndex(expression.index)}]`;
    case 'index':
      return `(${printIndex(expression.index)})`;
    case 'unary':
      return `${expression.instruction}(${printExpression(expression.operand)})`;
    case 'convert':
      return `${expression.type}(${printExpression(expression.operand)})`;
    case 'binary':
    case 'compare':
      return `${expression.instruction}(${printExpression(expression.left)}, ${printExpression(expression.right)})`;
    case 'select':
      return `select(${[expression.condition, expression.then, expression.otherwise].map(printExpression).join(', ')})`;
    case 'call':
      return `${expression.function.name}(${expression.arguments.map(printExpression).join(', ')})`;
  }
}
