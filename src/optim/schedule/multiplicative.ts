// A rate that is multiplied by a factor of its own before every step. The product of factors that any expression may give has
// no closed form, so the product so far is state of the program.
import type { Tensor } from '../../ir/node.ts';
import { greater, mul } from '../../ops/arithmetic.ts';
import { scalar, state, withUpdate } from '../../ops/leaf.ts';
import { badOption, checkNames, describeValue } from '../../ops/option.ts';
import { where } from '../../ops/select.ts';
import { checkLeafName } from '../adjustable.ts';
import { valueAt, type Scheduled } from '../optimizer.ts';
import { defineSchedule, type Schedule } from './schedule.ts';

/** Options of {@link multiplicativeLr}. */
export interface MultiplicativeLrOptions {
  /** The name of the product in the session, default `multiplicativeLr`; a program with two of them needs two names. */
  readonly name?: string;
}

/**
 * `base · factor(1) · factor(2) · … · factor(t)`, where `factor` is any expression of the number of steps taken, an f64
 * scalar. As PyTorch's `MultiplicativeLR`. The product so far is state of the program, so steps are to be taken one after
 * the other; snapshots keep it.
 * @example
 * multiplicativeLr(0.1, (t) => where(less(t, 100), 0.99, 1))
 * @throws {DeclarationError} `E_OPTION` for a factor that is no function, `E_NAME` for a name that is empty or contains
 * `/` or `.`; `E_NAME_CLASH` when a program with two of one name is compiled
 * @throws {ShapeError} `E_NOT_SCALAR` when the program is compiled, unless the factor is one number
 */
export function multiplicativeLr(
  base: Scheduled,
  factor: (time: Tensor) => Tensor,
  options: MultiplicativeLrOptions = {},
): Schedule {
  checkNames('multiplicativeLr', options, ['name']);
  const { name = 'multiplicativeLr' } = options;
  checkLeafName('multiplicativeLr', name);
  if (typeof factor !== 'function') {
    throw badOption(
      'multiplicativeLr',
      `factor is ${describeValue(factor)}`,
      'has to be a function of the step',
    );
  }
  const product = state(name, scalar(1, 'f64'));
  // A step may be seen more than once, where gradients are accumulated or a schedule waits for its milestone.
  const seen = state(`${name}.step`, scalar(0, 'i32'));
  return defineSchedule('multiplicativeLr', base, ({ base: rate, step, time }) => {
    const latest = mul(product, valueAt('multiplicativeLr', 'factor', factor, { step: time, dtype: 'f64' }));
    const isNew = greater(step, seen);
    const next = where(isNew, latest, product);
    return mul(rate, withUpdate(withUpdate(next, product, next), seen, step));
  });
}
