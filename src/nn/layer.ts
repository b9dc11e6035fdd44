// What a layer is: a callable value that owns its parameters. They are made at the first application, which also
// names them, and are shared by all later ones. Relies on scopes (ir/origin) and leaves (ops/leaf).
import type { FloatDType } from '../ir/dtype.ts';
import { DeclarationError } from '../ir/errors.ts';
import { isTensor, topologicalOrder, type Tensor } from '../ir/node.ts';
import { badOption } from '../ops/option.ts';
import { callSite, currentScope, inScope, scopePath, type CallSite } from '../ir/origin.ts';
import { printShape, shapesEqual, type Shape } from '../ir/size.ts';
import type { LayerRule, TypedLayer } from '../ir/types/layer.ts';
import { isLeafOf, parameter, parameterOp, state } from '../ops/leaf.ts';
import { shapeMismatch } from '../ops/mismatch.ts';
import { cast } from '../ops/select.ts';
import type { Initialiser } from './initialiser.ts';

/**
 * A declared layer: call it on a tensor to get a tensor. Applying it twice shares its parameters. Its rule says in
 * types what it takes and gives: `Layer<Features<4, 30>>` takes `[..., 4]` and gives `[..., 30]`.
 */
export interface Layer<R extends LayerRule = LayerRule> extends TypedLayer<R> {
  readonly kind: 'layer';
  /** The name that the user gave. */
  readonly name: string | undefined;
  /** What it is called where it has no name, with a number: `linear`. */
  readonly type: string;
  /** What the user wrote: `linear(4, 30)`. */
  readonly label: string;
  /** Where it was declared. */
  readonly site: CallSite;
  /** The layers inside a container, in order, by the names they go by there. */
  readonly children: readonly NamedLayer[];
  /** Applies the layer under a name that a container chose for it. */
  readonly applyAs: (name: string, x: Tensor) => Tensor;
  /** The layer and those inside it, a line each. */
  readonly toString: () => string;
}

export interface NamedLayer {
  readonly name: string;
  readonly layer: Layer;
}

/** What the body of a layer may use while it is applied. */
export interface LayerContext {
  /** Scope path: `iris/linear1`. */
  readonly path: string;
  /** How messages call it: `linear "iris/linear1"`. */
  readonly title: string;
  /** The trainable leaf `<path>.<name>`: made at the first call, the same one ever after. */
  readonly parameter: (name: string, shape: Shape, initialiser: Initialiser, dtype: FloatDType) => Tensor;
  /** The state leaf `<path>.<name>`, likewise. */
  readonly state: (name: string, initial: Tensor) => Tensor;
}

/** What makes a layer. */
export interface LayerDefinition {
  readonly type: string;
  readonly label: string;
  readonly name?: string | undefined;
  /** Containers are models in scopes and diagrams; default `layer`. */
  readonly scope?: 'layer' | 'model';
  readonly children?: readonly NamedLayer[];
  readonly apply: (x: Tensor, context: LayerContext) => Tensor;
}

/**
 * Makes a layer from its body, which runs in the layer's scope at each application.
 * @example
 * const scale = (n: number) => defineLayer({
 *   type: 'scale', label: `scale(${n})`,
 *   apply: (x, { parameter }) => mul(x, parameter('weight', [n], ones, 'f32')),
 * });
 * @throws {DeclarationError} `E_NAME` for a name that is empty or contains `/` or `.`
 */
export function defineLayer<R extends LayerRule = LayerRule>(definition: LayerDefinition): Layer<R> {
  return defineLayerWith<R, object>(definition, () => ({}));
}

/** Runs a body in the scope of a layer, where its parameters and states are. */
export type Within = <T>(body: (context: LayerContext) => T) => T;

/**
 * Makes a layer that can be applied in further ways, for example to several tensors: `methods` are given what runs their
 * bodies in the layer's scope, so that they share its parameters.
 * @throws {DeclarationError} `E_NAME` for a name that is empty or contains `/` or `.`
 */
export function defineLayerWith<R extends LayerRule, M extends object>(
  definition: LayerDefinition,
  methods: (within: Within) => M,
): Layer<R> & M {
  const { type, label, name, children = [], apply } = definition;
  const { site, within } = scopeOf(definition);
  const applyAs = (as: string, x: Tensor): Tensor => within(as, (context) => apply(x, context));
  const call = (x: Tensor): Tensor => {
    if (!isTensor(x)) {
      const given = x === undefined ? 'nothing' : Array.isArray(x) ? 'an array' : typeof x;
      throw badOption(label, `given ${given}`, "takes a tensor, for example input('x', [dim('batch'), 4])");
    }
    return applyAs(name ?? type, x);
  };
  const print = (): string => printLayer({ name: name ?? type, layer });
  const fields = { kind: 'layer', name, type, label, site, children, applyAs, toString: print };
  // The rule exists in types only, and whoever defines the layer answers for it.
  const layer = withFields(call, {
    ...methods((body) => within(name ?? type, body)),
    ...fields,
  }) as unknown as Layer<R> & M;
  return layer;
}

/** What owns parameters as a layer does but is called in a way of its own: on several tensors, or for several. */
export interface Module {
  readonly kind: 'module';
  /** The name that the user gave. */
  readonly name: string | undefined;
  /** What it is called where it has no name: `lstmCell`. */
  readonly type: string;
  /** What the user wrote: `lstmCell(28, 64)`. */
  readonly label: string;
  /** Where it was declared. */
  readonly site: CallSite;
  readonly toString: () => string;
}

/**
 * Makes a module from a function whose body runs in the module's scope.
 * @throws {DeclarationError} `E_NAME` for a name that is empty or contains `/` or `.`
 */
export function defineModule<F extends (...given: never) => unknown>(
  definition: Pick<LayerDefinition, 'type' | 'label' | 'name'>,
  make: (within: Within) => F,
): F & Module {
  const { type, label, name } = definition;
  const { site, within } = scopeOf(definition);
  const print = (): string => `${name ?? type}: ${label}`;
  return withFields<F, Module>(
    make((body) => within(name ?? type, body)),
    { kind: 'module', name, type, label, site, toString: print },
  );
}

/** What layers and modules have in common: a scope and, kept from one application to the next, leaves. */
function scopeOf({ type, label, name, scope = 'layer' }: Omit<LayerDefinition, 'apply'>): {
  readonly site: CallSite;
  readonly within: <T>(as: string, body: (context: LayerContext) => T) => T;
} {
  if (name !== undefined) checkName(type, name);
  const site = callSite();
  const leaves = new Map<string, Tensor>();
  return {
    site,
    within: (as, body) =>
      inScope({ name: as, kind: scope, label, site }, () => body(contextOf(type, leaves))),
  };
}

/** A function with fields. Assignment cannot set the `name` of a function, so they are defined. */
function withFields<F extends object, Fields extends { readonly toString: () => string }>(
  call: F,
  fields: Fields,
): F & Fields {
  const descriptors = Object.entries(fields).map(([key, value]) => [key, { value, enumerable: true }]);
  const result = Object.defineProperties(call, {
    ...(Object.fromEntries(descriptors) as PropertyDescriptorMap),
    [Symbol.for('nodejs.util.inspect.custom')]: { value: fields.toString },
  });
  // With the fields defined, the function is what the type says.
  return Object.freeze(result) as F & Fields;
}

function checkName(type: string, name: string): void {
  if (name !== '' && !/[/.]/.test(name)) return;
  throw new DeclarationError(
    'E_NAME',
    `${type}: "${name}" cannot be the name of a layer; names are not empty and have no "/" or "."`,
  );
}

function contextOf(type: string, leaves: Map<string, Tensor>): LayerContext {
  const path = scopePath(currentScope());
  const title = path === type ? type : `${type} "${path}"`;
  const shared = (name: string, make: (fullName: string) => Tensor): Tensor => {
    const leaf = leaves.get(name) ?? make(`${path}.${name}`);
    leaves.set(name, leaf);
    return leaf;
  };
  return {
    path,
    title,
    parameter: (name, shape, initialiser, dtype) =>
      shared(name, (fullName) => {
        const initial = initialiser(shape, { name: fullName });
        if (!shapesEqual(initial.shape, shape)) {
          throw shapeMismatch({
            code: 'E_SHAPE_MISMATCH',
            operation: title,
            problem: `the initialiser of "${fullName}" gives ${printShape(initial.shape)}`,
            expectation: `wants ${printShape(shape)}`,
            operands: [initial],
          });
        }
        return parameter(fullName, cast(initial, dtype));
      }),
    state: (name, initial) => shared(name, (fullName) => state(fullName, initial)),
  };
}

function printLayer({ name, layer }: NamedLayer): string {
  const inside = layer.children.map((child) => printLayer(child).replaceAll(/^/gm, '  '));
  return [`${name}: ${layer.label}`, ...inside].join('\n');
}

/** Whether a value is a layer. */
export function isLayer(value: unknown): value is Layer {
  return typeof value === 'function' && 'kind' in value && value.kind === 'layer';
}

/** The parameters that tensors depend on, in the order in which they were declared. */
export function parametersOf(x: Tensor | readonly Tensor[]): readonly Tensor[] {
  const roots = 'op' in x ? [x] : x;
  return topologicalOrder(roots).filter((node) => isLeafOf(parameterOp, node));
}
