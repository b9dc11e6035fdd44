// The comment over a kernel: the formula of what it stores, and the layers and lines it comes from.
import { printSpan } from '../../ir/frame.ts';
import { statementsOf } from '../../kernels/formula.ts';
import type { Kernel } from '../../kernels/kernel.ts';
import { sourcesOf, type Place } from '../../kernels/sources.ts';
import type { Lines } from './statement.ts';

/** The kernel's comment: the formula of what it stores, and the layers and lines it comes from. */
export function kernelComment(kernel: Kernel): Lines {
  const lines = [...statementsOf(kernel), ...sources(kernel)].map(inComment);
  const [only, ...more] = lines;
  if (only === undefined) return [];
  return more.length === 0 ? [`/** ${only} */`] : ['/**', ...lines.map((line) => ` * ${line}`), ' */'];
}

/** `iris/linear1: linear(4, 30), iris/relu1: relu()  iris.ts:9`, one line for each line of the user's. */
function sources(kernel: Kernel): Lines {
  return sourcesOf(kernel).map(({ places, span }) =>
    [places.map(placeText).join(', '), span === null ? '' : printSpan(span)]
      .filter((part) => part !== '')
      .join('  '),
  );
}

function placeText({ path, label }: Place): string {
  return label === null ? path : `${path}: ${label}`;
}

/** A line of a comment that no name of the user's can end. */
function inComment(line: string): string {
  return onOneLine(line).replaceAll('*/', '* /');
}

/** A name of the user's in a comment of one line. */
export function onOneLine(text: string): string {
  return text.replaceAll(/\s+/g, (gap) => (/[\n\r\u2028\u2029]/.test(gap) ? ' ' : gap));
}
