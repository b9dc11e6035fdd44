// The kernel view: a card for every kernel with what it computes and how it loops, and the buffers that carry values
// from one kernel to the next. Parameters and state stand in the formulas, not as nodes: every kernel reads some.
import type { Axis } from '../../ir/index-expression.ts';
import { bytesMoved, costOf, totalCost } from '../../kernels/cost.ts';
import { formulasOf } from '../../kernels/formula.ts';
import type { Buffer, Kernel, KernelProgram, Phase, Statement } from '../../kernels/kernel.ts';
import { isLeafOf, parameterOp } from '../../ops/leaf.ts';
import { printBytes } from '../../plan/plan.ts';
import { card, digraph, edge, node, pill, type DotAttributes, type Label } from './document.ts';
import { isMoving, isNamedLeaf, numberIn } from './operation.ts';
import { light, roleOfPhase } from './palette.ts';
import { lastWord, shortName } from './source.ts';
import { countOf, describeShape, placeOf } from './unit.ts';

/** How the view is drawn. */
export interface KernelsOptions {
  /** What the picture is of; default the name of the entry. */
  readonly title?: string | undefined;
}

/** DOT of a kernel program: forward runs down, backward stands beside it and runs up, as in the step view. */
export function kernelsDot(program: KernelProgram, options: KernelsOptions = {}): string {
  const { kernels, buffers, outputs } = program;
  const handedOut = new Map(outputs.map(({ name, buffer }) => [buffer, name]));
  const drawn = buffers.filter(
    (buffer) => buffer.role === 'input' || handedOut.has(buffer) || isCarried(buffer),
  );
  const idOf = new Map(drawn.map((buffer, position) => [buffer, `buffer${position + 1}`]));
  const phaseOf = new Map(
    kernels.flatMap((kernel) => kernel.writes.map((buffer) => [buffer, kernel.phase] as const)),
  );
  const total = totalCost(kernels.map(costOf));
  const subtitle = [
    countOf(kernels.length, 'kernel', 'kernels'),
    countOf(total.flops, 'FLOP', 'FLOPs'),
    `${printBytes(bytesMoved(total))} moved`,
  ].join(', ');
  return digraph({ title: options.title ?? program.name, subtitle, graph: { nodesep: 0.3, ranksep: 0.26 } }, [
    ...kernels.map((kernel, position) => node(`kernel${position + 1}`, kernelLook(kernel, position))),
    ...[...idOf].map(([buffer, id]) =>
      node(id, bufferLook(buffer, phaseOf.get(buffer), handedOut.get(buffer))),
    ),
    ...kernels.flatMap((kernel, position) => kernelEdges(kernel, `kernel${position + 1}`, { idOf, phaseOf })),
  ]);
}

/** Arrays that one kernel leaves to another. Scalars are named in the cards: many kernels read them. */
function isCarried({ role, length }: Buffer): boolean {
  return role === 'temporary' && length > 1;
}

interface Drawn {
  readonly idOf: ReadonlyMap<Buffer, string>;
  readonly phaseOf: ReadonlyMap<Buffer, Phase>;
}

function kernelEdges(kernel: Kernel, id: string, { idOf, phaseOf }: Drawn): readonly string[] {
  const { phase, reads, writes } = kernel;
  const color = light.roles[roleOfPhase[phase]].line;
  const isUpward = phase === 'backward' || phase === 'update';
  const incoming = reads.flatMap((buffer) => {
    const from = writes.includes(buffer) ? undefined : idOf.get(buffer);
    if (from === undefined) return [];
    const written = phaseOf.get(buffer);
    if (!isUpward) return [edge(from, id, { color, weight: 4 })];
    // What the forward pass left behind is borrowed and does not pull.
    const isBorrowed = written === undefined || written === 'forward';
    if (isBorrowed) return [edge(from, id, { color, style: 'dotted', constraint: 'false' })];
    return [edge(id, from, { color, dir: 'back', weight: phase === 'backward' ? 4 : 1 })];
  });
  const outgoing = writes.flatMap((buffer) => {
    const to = idOf.get(buffer);
    if (to === undefined) return [];
    return isUpward
      ? [edge(to, id, { color, dir: 'back', weight: 4 })]
      : [edge(id, to, { color, weight: 4 })];
  });
  return [...incoming, ...outgoing];
}

function kernelLook(kernel: Kernel, position: number): DotAttributes {
  const title = `${position + 1}  ${kernel.name}`;
  const scalars = kernel.reads.filter(({ role, length }) => role === 'temporary' && length === 1);
  const given = scalars.length === 0 ? [] : [`with ${scalars.map((buffer) => buffer.name).join(', ')}`];
  const loops = [...new Set(kernel.body.flatMap(loopsOf))].join('; ');
  const lines = [title, ...valuesOf(kernel), ...given, ...fusedIn(kernel), loops, workOf(kernel)].filter(
    (line) => line !== '',
  );
  // Blanks at the end are not drawn: they make room for faces that are wider than layout thinks.
  const label: Label = {
    lines: lines.map((line) => line.padEnd(line.length + line.length / 8)),
    align: 'left',
  };
  return { ...card(roleOfPhase[kernel.phase]), group: kernel.phase, label };
}

/** `22,950 FLOPs, 12.4 KiB moved`: what it takes, as `explain()` has it. */
function workOf(kernel: Kernel): string {
  const cost = costOf(kernel);
  const flops = countOf(cost.flops, 'FLOP', 'FLOPs');
  return [...(cost.flops === 0 ? [] : [flops]), `${printBytes(bytesMoved(cost))} moved`].join(', ');
}

/** A line for each new value where it can be said in one, and one for what gets new values in place. */
function valuesOf(kernel: Kernel): readonly string[] {
  const formulas = formulasOf(kernel);
  const leaves = kernel.writes.map((buffer) => buffer.tensor).filter(isNamedLeaf);
  const parameters = leaves.filter((leaf) => isLeafOf(parameterOp, leaf));
  const state = leaves.filter((leaf) => !parameters.includes(leaf)).map(lastWord);
  const updated = new Set([...parameters.map(shortName), ...state]);
  return updated.size === 0 ? formulas : [...formulas, `updates ${[...updated].join(', ')}`];
}

/** The layers and functions whose operations share the kernel's loops. */
function fusedIn(kernel: Kernel): readonly string[] {
  // Constants are shared by the whole graph: they belong to whoever wrote them first.
  const computed = kernel.computes.filter((tensor) => numberIn(tensor) === undefined && !isMoving(tensor));
  const places = [...new Set(computed.map(placeOf))].filter((place) => place !== '');
  return places.length < 2 ? [] : [`fuses ${places.join(', ')}`];
}

function bufferLook(buffer: Buffer, phase: Phase | undefined, outputName: string | undefined): DotAttributes {
  const name = outputName ?? buffer.name;
  const role = phase === undefined || outputName !== undefined ? 'data' : roleOfPhase[phase];
  return { ...pill(role), label: { lines: [`${name} ${describeShape(buffer)}`.trim()] } };
}

/** `90 × 30 over 4`: the loops of a statement from the outside in; `over` marks what is added up. */
function loopsOf(statement: Statement): readonly string[] {
  const sizes = (axes: readonly Axis[]): string => axes.map((axis) => axis.extent).join(' × ');
  switch (statement.kind) {
    case 'let':
    case 'store':
      return [];
    case 'scatter':
      return [`scatter ${sizes(statement.axes)}`];
    case 'contraction': {
      const { rows, columns, contracted } = statement;
      return [`${sizes([...rows, ...columns])} over ${sizes(contracted)}`.trim()];
    }
    case 'loop': {
      const { axis, body, reductions, folds } = statement;
      const own = `${reductions.length + folds.length > 0 ? 'over ' : ''}${axis.extent}`;
      const inner = [...new Set(body.flatMap(loopsOf))];
      const [first, ...others] = inner;
      if (first === undefined) return [own];
      if (others.length > 0) return [`${own} × (${inner.join(', ')})`];
      return [first.startsWith('over ') ? `${own} ${first}` : `${own} × ${first}`];
    }
  }
}
