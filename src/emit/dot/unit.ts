// Which card of a diagram an operation belongs to: its layer, or else the function that made it, and what they are
// called. Relies on scopes only.
import type { Tensor } from '../../ir/node.ts';
import type { Scope } from '../../ir/origin.ts';
import { printShape } from '../../ir/size.ts';

/** The innermost layer around a tensor, or the outermost function where there is no layer; null for bare operations. */
export function unitOf(tensor: Tensor): Scope | null {
  const { scope } = tensor.origin;
  return layerAround(scope) ?? outermostFunction(scope);
}

function layerAround(scope: Scope | null): Scope | null {
  if (scope === null || scope.kind === 'layer') return scope;
  return scope.kind === 'model' ? null : layerAround(scope.parent);
}

function outermostFunction(scope: Scope | null): Scope | null {
  if (scope?.kind !== 'function') return null;
  return outermostFunction(scope.parent) ?? scope;
}

/** The models and layers around a scope, from the outside in; functions are left out. */
function framesAround(scope: Scope | null): readonly Scope[] {
  if (scope === null) return [];
  const outer = framesAround(scope.parent);
  return scope.kind === 'function' ? outer : [...outer, scope];
}

/** `linear1`, `features/relu1` or `crossEntropy`: the unit of a tensor without the model around all; empty without one. */
export function placeOf(tensor: Tensor): string {
  const unit = unitOf(tensor);
  const [outermost, ...inner] = framesAround(unit);
  const isModel = outermost?.kind === 'model';
  const frames = isModel || outermost === undefined ? inner : [outermost, ...inner];
  const path = unit?.kind === 'function' ? [...frames, unit] : frames;
  return path.map((frame) => frame.name).join('/');
}

/** `[batch, 4]`, or `[batch] i32` for what is not the usual f32; empty for an f32 scalar. */
export function describeShape({ shape, dtype }: Pick<Tensor, 'shape' | 'dtype'>): string {
  const parts = [shape.length === 0 ? '' : printShape(shape), dtype === 'f32' ? '' : dtype];
  return parts.filter((part) => part !== '').join(' ');
}

/** `1,234 parameters`. */
export function countOf(count: number, one: string, many: string): string {
  return `${String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',')} ${count === 1 ? one : many}`;
}
