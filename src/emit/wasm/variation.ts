// What differs from lane to lane when a loop runs four iterations at a time, and how an index moves along the lanes.
import { rangeOf, type Axis, type IndexExpression } from '../../ir/index-expression.ts';
import type { BufferReference, Expression, Local } from '../../ir/scalar.ts';
import { operandsOf } from '../../ir/scalar.ts';

/** What is known of lanes at some place: the axis that runs over them, and which locals and buffers hold one value each. */
export interface LaneKnowledge {
  readonly axis: Axis;
  readonly isVarying: (local: Local) => boolean;
  readonly isLaneBuffer: (buffer: BufferReference) => boolean;
}

/** Whether an expression may have another value in every lane. */
export function varies(expression: Expression, lanes: LaneKnowledge): boolean {
  return variationOf(lanes)(expression);
}

/** {@link varies} for many expressions at one place: what was asked once is remembered. */
export function variationOf(lanes: LaneKnowledge): (expression: Expression) => boolean {
  const known = new Map<Expression, boolean>();
  const differs = (expression: Expression): boolean => {
    const before = known.get(expression);
    if (before !== undefined) return before;
    const result = look(expression);
    known.set(expression, result);
    return result;
  };
  const look = (expression: Expression): boolean => {
    switch (expression.kind) {
      case 'literal':
        return false;
      case 'local':
        return lanes.isVarying(expression.local);
      case 'load':
        return lanes.isLaneBuffer(expression.buffer) || stepOf(expression.index, lanes) !== 0;
      case 'index':
        return stepOf(expression.index, lanes) !== 0;
      case 'unary':
      case 'binary':
      case 'compare':
      case 'select':
      case 'convert':
      case 'call':
        return operandsOf(expression).some(differs);
    }
  };
  return differs;
}

/** How far an index moves from one lane to the next: a number, or `scattered` where it is no fixed distance. */
export function stepOf(index: IndexExpression, lanes: LaneKnowledge): number | 'scattered' {
  let step = 0;
  for (const { atom, coefficient } of index.terms) {
    if (atom.kind === 'axis') {
      if (atom.axis === lanes.axis) step += coefficient;
    } else if (atom.kind === 'dynamic') {
      if (varies(atom.value, lanes)) return 'scattered';
    } else if (stepOf(atom.of, lanes) !== 0) {
      const inner = stepOf(atom.of, lanes);
      // A row that wraps round only between whole vectors still moves evenly inside each of them.
      const isEven =
        atom.kind === 'remainder' && inner !== 'scattered' && staysInOneTurn(atom.of, atom.by, inner, lanes);
      if (!isEven) return 'scattered';
      step += coefficient * inner;
    }
  }
  return step;
}

/** Whether four neighbouring lanes never straddle a multiple of `by`: vectors start at multiples of four. */
function staysInOneTurn(of: IndexExpression, by: number, step: number, { axis }: LaneKnowledge): boolean {
  if (step !== 1 || by % 4 !== 0 || rangeOf(of).low < 0) return false;
  const others = of.terms.filter(({ atom }) => atom.kind !== 'axis' || atom.axis !== axis);
  return (
    of.offset % 4 === 0 &&
    others.every(({ atom, coefficient }) => atom.kind === 'axis' && coefficient % 4 === 0)
  );
}
