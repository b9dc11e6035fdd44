// Where a node came from: the user's source line and the path of layers and functions that made it. Origins ride
// along outside a node's identity. The current scope is a synchronous context, as in a call stack: it is set for
// the length of one function call and restored after it, and no result depends on it but names and messages.
import type { Span } from './errors.ts';

/** One frame of the path that led to a node, for example the layer `linear1` inside the model `iris`. */
export interface Scope {
  readonly parent: Scope | null;
  readonly name: string;
  /** Layers and models own parameters and become cards in diagrams; functions only leave their name. */
  readonly kind: 'model' | 'layer' | 'function';
  /** What the user wrote, for example `linear(4, 30)`. */
  readonly label: string;
  readonly site: CallSite;
}

export interface Origin {
  readonly scope: Scope | null;
  /** The call that made it; its stack is read when the span is first asked for. */
  readonly site: CallSite | null;
  /** Part of a gradient: it names the layer that it is handed back through, and is none of that layer's results. */
  readonly isGradient?: true;
}

/** A call on the user's stack. Making one is cheap; reading its span parses the stack, once. */
export interface CallSite {
  readonly span: Span | null;
}

/** The origin of what belongs to no model: constants, and what is computed from constants alone. */
export const nowhere: Origin = Object.freeze({ scope: null, site: null });
let current: Origin = nowhere;

/** Runs `build` with `origin` as the origin of the nodes that it makes. */
export function withOrigin<T>(origin: Origin, build: () => T): T {
  const outer = current;
  current = origin;
  try {
    return build();
  } finally {
    current = outer;
  }
}

/** Runs `build` one scope deeper. The site of an enclosing call, if there is one, is the user's line. */
export function inScope<T>(frame: Omit<Scope, 'parent' | 'site'> & { site?: CallSite }, build: () => T): T {
  const site = frame.site ?? current.site ?? callSite();
  const { name, kind, label } = frame;
  const scope: Scope = Object.freeze({ parent: current.scope, name, kind, label, site });
  return withOrigin({ ...current, scope, site }, build);
}

/** Runs a composite operation, so that the nodes it makes carry its name: `softmax`, `crossEntropy`, … */
export function composite<T>(name: string, build: () => T): T {
  return inScope({ name, kind: 'function', label: name }, build);
}

/** The origin for a node made now: that of the enclosing call, or the user's call found on the stack. */
export function currentOrigin(): Origin {
  return current.site === null ? { ...current, site: callSite() } : current;
}

/** The user's line behind an origin, where the engine tells it. */
export function spanOf(origin: Origin): Span | null {
  return origin.site?.span ?? null;
}

/** The scope that nodes made now belong to. */
export function currentScope(): Scope | null {
  return current.scope;
}

/** `iris/linear1`: the path of a scope, functions included. */
export function scopePath(scope: Scope | null): string {
  if (scope === null) return '';
  return scope.parent === null ? scope.name : `${scopePath(scope.parent)}/${scope.name}`;
}

/** The innermost layer or model around a scope: what a parameter is named after. */
export function enclosingLayer(scope: Scope | null): Scope | null {
  return scope === null || scope.kind !== 'function' ? scope : enclosingLayer(scope.parent);
}

const here = stripScheme(import.meta.url);
/** The library's folder: `src/` when run from source, `dist/` when bundled. Frames inside it are not the user's. */
const libraryRoot = here.replace(/ir\/origin\.ts$/, '').replace(/[^/]*$/, '');
/** Frames to keep: nested layers and composite functions are deep, and the user's frame is below them. */
const framesToSearch = 64;

/** A path as the file system knows it: URLs of modules are encoded and may carry a query. */
function stripScheme(location: string): string {
  if (!location.startsWith('file://')) return location.replace(/[?#].*$/, '');
  return decodeURIComponent(location.slice('file://'.length).replace(/[?#].*$/, ''));
}

/** The call being made now. */
export function callSite(): CallSite {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = framesToSearch;
  const site = new StackHolder();
  Error.stackTraceLimit = limit;
  return site;
}

/** Holds a stack unread: engines format it, slowly, when it is first looked at. */
class StackHolder implements CallSite {
  readonly #error = new Error();
  #span: Span | null | undefined;

  get span(): Span | null {
    this.#span ??= userFrame(this.#error.stack ?? '');
    return this.#span;
  }
}

// V8: "at name (file:line:column)" or "at file:line:column"; Firefox and Safari: "name@file:line:column".
const frameOfV8 = /^\s*at (?:async )?(?:.*? \()?(.+?):(\d+):(\d+)\)?$/;
const frameOfOthers = /^(?:.*?@(?=[a-z-]+:|\/))?(.+?):(\d+):(\d+)$/;

/** The innermost stack frame outside the library, or null where there is none. */
export function userFrame(stack: string): Span | null {
  for (const line of stack.split('\n')) {
    const [, location, row, column] = frameOfV8.exec(line) ?? frameOfOthers.exec(line) ?? [];
    if (location === undefined || row === undefined || column === undefined) continue;
    const file = stripScheme(location);
    if (file.startsWith(libraryRoot) || file.startsWith('node:') || file.endsWith('<anonymous>')) continue;
    return Object.freeze({ file, line: Number(row), column: Number(column) });
  }
  return null;
}
