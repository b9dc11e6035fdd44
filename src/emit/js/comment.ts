// The comment over a kernel: the formula of what it stores, and the layers and lines it comes from.
import { printSpan } from '../../ir/frame.ts';
import { scopePath, spanOf, type Scope } from '../../ir/origin.ts';
import { formulaOf, formulasOf, updatesOf } from '../../kernels/formula.ts';
import type { Kernel } from '../../kernels/kernel.ts';
import type { Lines } from './statement.ts';

/** The kernel's comment: the formula of what it stores, and the layers and lines it comes from. */
export function kernelComment(kernel: Kernel): Lines {
  const formulas = formulasOf(kernel);
  const updates = kernel.phase === 'initialise' ? [] : updatesOf(kernel);
  const lines = [...formulas, ...gathered(kernel), ...updates, ...sources(kernel)].map(inComment);
  const [only, ...more] = lines;
  if (only === undefined) return [];
  return more.length === 0 ? [`/** ${only} */`] : ['/**', ...lines.map((line) => ` * ${line}`), ' */'];
}

/** The gradient that an update starts from, which is nowhere stored. */
function gathered(kernel: Kernel): Lines {
  if (kernel.phase !== 'update') return [];
  const known = new Map(kernel.reads.map((buffer) => [buffer.tensor, buffer.name]));
  const gathers = kernel.computes.find(
    ({ op }) => op.lowering.kind === 'contraction' || op.lowering.kind === 'reduction',
  );
  const formula = gathers && formulaOf('gradient', gathers, (each) => known.get(each));
  return formula === undefined ? [] : [formula];
}

/** `iris/linear1 linear(4, 30), iris/relu1 relu()  iris.ts:9`: layers first, functions where there is no layer. */
function sources(kernel: Kernel): Lines {
  const places = new Map<string, Set<string>>();
  // Initial values may be shared constants: what is said is whose values they are.
  const tensors = kernel.phase === 'initialise' ? kernel.writes.map((each) => each.tensor) : kernel.computes;
  for (const { origin } of tensors) {
    const frame = layerOrFunction(origin.scope);
    if (frame === null) continue;
    const span = spanOf({ scope: origin.scope, site: frame.site });
    const line = span === null ? '' : printSpan(span);
    const label = frame.kind === 'function' ? scopePath(frame) : `${scopePath(frame)}: ${frame.label}`;
    const known = places.get(line) ?? new Set<string>();
    places.set(line, known.add(label));
  }
  return [...places].map(([line, labels]) =>
    [[...labels].join(', '), line].filter((part) => part !== '').join('  '),
  );
}

function layerOrFunction(scope: Scope | null): Scope | null {
  if (scope === null) return null;
  if (scope.kind !== 'function') return scope;
  const outer = layerOrFunction(scope.parent);
  return outer === null || outer.kind === 'model' ? scope : outer;
}

/** A line of a comment that no name of the user's can end. */
function inComment(line: string): string {
  return onOneLine(line).replaceAll('*/', '* /');
}

/** A name of the user's in a comment of one line. */
export function onOneLine(text: string): string {
  return text.replaceAll(/\s+/g, (gap) => (/[\n\r\u2028\u2029]/.test(gap) ? ' ' : gap));
}
