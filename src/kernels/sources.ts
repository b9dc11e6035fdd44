// Where a kernel comes from: the layers and functions that it works for, with the user's lines.
import type { Span } from '../ir/errors.ts';
import { printSpan } from '../ir/frame.ts';
import { scopePath, spanOf, type Scope } from '../ir/origin.ts';
import type { Kernel } from './kernel.ts';

/** A layer, or a function where there is no layer. */
export interface Place {
  /** `iris/linear1` */
  readonly path: string;
  /** What the user wrote, `linear(4, 30)`; null for a function, whose name says it. */
  readonly label: string | null;
}

/** A line of the user's and what a kernel does for it. */
export interface Source {
  readonly places: readonly Place[];
  readonly span: Span | null;
}

/** The lines that a kernel comes from, in the order of what it computes, each once. */
export function sourcesOf(kernel: Kernel): readonly Source[] {
  const found = new Map<string, { readonly places: Map<string, Place>; readonly span: Span | null }>();
  // Initial values may be shared constants: what is said is whose values they are.
  const tensors = kernel.phase === 'initialise' ? kernel.writes.map((each) => each.tensor) : kernel.computes;
  for (const { origin } of tensors) {
    const frame = layerOrFunction(origin.scope);
    if (frame === null) continue;
    const span = spanOf({ scope: origin.scope, site: frame.site });
    const line = span === null ? '' : printSpan(span);
    const known = found.get(line) ?? { places: new Map<string, Place>(), span };
    const path = scopePath(frame);
    const label = frame.kind === 'function' ? null : frame.label;
    known.places.set(`${path}: ${label}`, { path, label });
    found.set(line, known);
  }
  return [...found.values()].map(({ places, span }) => ({ places: [...places.values()], span }));
}

function layerOrFunction(scope: Scope | null): Scope | null {
  if (scope === null) return null;
  if (scope.kind !== 'function') return scope;
  const outer = layerOrFunction(scope.parent);
  return outer === null || outer.kind === 'model' ? scope : outer;
}
