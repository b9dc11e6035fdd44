// Loops that count through an axis, or through the share of it that a thread has.
import type { Axis } from '../../ir/index-expression.ts';
import type { Scope } from './scope.ts';
import type { Share } from './share.ts';

/** A loop over an axis, one iteration at a time. */
export function counted(
  axis: Axis,
  scope: Scope,
  write: (body: Scope) => void,
  share: Share | null = null,
): void {
  const body = scope.inner();
  const variable = body.ownLocal('i32', axis.name);
  body.bindAxis(axis, { local: variable, offset: 0 });
  write(body);
  body.code.get(variable).i32(1).op('i32.add').tee(variable);
  if (share === null) {
    body.code.i32(axis.extent).op('i32.lt_s');
    scope.code.i32(0).set(variable).loop(body.code);
    return;
  }
  const { first, last } = share.of(axis.extent, scope);
  body.code.get(last).op('i32.lt_s');
  const whole = scope.inner();
  whole.code.loop(body.code);
  scope.code.get(first).tee(variable).get(last).op('i32.lt_s').if(whole.code);
}
