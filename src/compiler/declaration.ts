// What the user declares to be compiled, as one frozen value: everything else is derived from it.
import { DeclarationError } from '../ir/errors.ts';
import type { Tensor } from '../ir/node.ts';
import { badOption, checkNames, checkOption, positiveWhole } from '../ops/option.ts';
import type { Sizes } from '../ir/size.ts';
import type { Average } from '../optim/average.ts';
import type { GradientTransform } from '../optim/clip.ts';
import { isOptimizer, type Optimizer } from '../optim/optimizer.ts';
import type { Penalty } from '../optim/penalty.ts';
import { buildOptionNames } from './build-options.ts';

/** What {@link compile} takes. */
export interface Declaration {
  /** Scalar that training minimises. Absent for a program that only predicts. */
  readonly loss?: Tensor;
  /** How parameters follow their gradients. Absent for a program that is not trained. */
  readonly optimizer?: Optimizer;
  /** Tensors that `predict` returns. */
  readonly outputs?: Readonly<Record<string, Tensor>>;
  /** Tensors that `step` and `evaluate` return beside the loss. */
  readonly metrics?: Readonly<Record<string, Tensor>>;
  /** Terms that depend on parameters only and are added to the loss. */
  readonly penalties?: readonly Penalty[];
  /** What happens to all gradients before the optimizer sees them: `clipNorm(1)`, or several in their order. */
  readonly gradients?: GradientTransform | readonly GradientTransform[];
  /**
   * Steps to an update, default 1: gradients are averaged over so many steps, then the parameters are updated, as one
   * step on all their rows would where the loss is a mean. Schedules and optimizers count updates, sessions steps.
   */
  readonly accumulate?: number;
  /** An average of the parameters with which to evaluate and predict: `ema()`, `swa()`. Default: the parameters. */
  readonly average?: Average;
  /** Parameters that keep their values. */
  readonly frozen?: readonly Tensor[];
  /** Sizes of named dimensions for `program.source` and diagrams; sessions take them from what is fed. Default 32. */
  readonly sizes?: Sizes;
  /** Name of the program in headers and diagrams; default: that of the outermost model. */
  readonly name?: string;
}

/** What happens to gradients, in order. */
export function transformsOf({ gradients = [] }: Declaration): readonly GradientTransform[] {
  return isTransform(gradients) ? [gradients] : gradients;
}

function isTransform(
  gradients: GradientTransform | readonly GradientTransform[],
): gradients is GradientTransform {
  return !Array.isArray(gradients);
}

/** The declaration as it is now: later changes of the objects that the user holds do not reach it. */
export function frozenCopy(declaration: Declaration): Declaration {
  const copies = Object.entries(declaration).map(([field, value]) => [field, copyOf(value)]);
  // The fields are those of the declaration, each with a copy of its own value.
  return Object.freeze(Object.fromEntries(copies) as Declaration);
}

/** Lists and plain records are copied; tensors, optimizers and functions are values that never change. */
function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return Object.freeze([...(value as readonly unknown[])]);
  const isRecord =
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  return isRecord ? Object.freeze({ ...value }) : value;
}

/** The size that a named dimension has in `program.source` when none is given. */
export const defaultSize = 32;

const fields: readonly (keyof Declaration)[] = [
  'loss',
  'optimizer',
  'outputs',
  'metrics',
  'penalties',
  'gradients',
  'accumulate',
  'average',
  'frozen',
  'sizes',
  'name',
];

/** @throws {DeclarationError} `E_NOTHING_TO_COMPILE`, `E_NAME`, `E_NOT_SCALAR` */
export function checkDeclaration(declaration: Declaration): void {
  const { loss, optimizer, outputs = {}, metrics = {}, accumulate = 1, average } = declaration;
  const misplaced = Object.keys(declaration).find((field) => buildOptionNames.includes(field));
  if (misplaced !== undefined) {
    const place = `goes into the second argument: compile({ … }, { ${misplaced}: … })`;
    throw badOption('compile', `"${misplaced}" says how to build, not what`, place);
  }
  checkNames('compile', declaration, fields);
  if (optimizer !== undefined && !isOptimizer(optimizer)) {
    throw new DeclarationError(
      'E_OPTION',
      'compile: the optimizer is no optimizer; try adam() or sgd({ lr: 0.1 })',
    );
  }
  checkOption('compile', 'accumulate', accumulate, positiveWhole);
  if (average !== undefined && typeof average.share !== 'function') {
    throw new DeclarationError('E_OPTION', 'compile: the average is none; try ema() or swa()');
  }
  for (const transform of transformsOf(declaration)) {
    if (typeof transform === 'function') continue;
    throw new DeclarationError('E_OPTION', 'compile: gradients are not changed by that; try clipNorm(1)');
  }
  if (loss === undefined && Object.keys(outputs).length === 0) {
    throw new DeclarationError('E_NOTHING_TO_COMPILE', 'compile: give a loss, outputs, or both');
  }
  if (optimizer !== undefined && loss === undefined) {
    throw new DeclarationError('E_NOTHING_TO_COMPILE', 'compile: an optimizer needs a loss to minimise');
  }
  for (const name of [...Object.keys(outputs), ...Object.keys(metrics)]) {
    if (!/^[A-Za-z_$][A-Za-z0-9_$]*$/.test(name) || name === '__proto__') {
      throw new DeclarationError(
        'E_NAME',
        `compile: "${name}" is not an identifier, so it cannot name an output`,
      );
    }
  }
  if ('loss' in metrics) {
    throw new DeclarationError(
      'E_NAME',
      'compile: a metric cannot be called "loss"; step returns the loss under that name',
    );
  }
}
