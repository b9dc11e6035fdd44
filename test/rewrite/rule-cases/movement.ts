// Both sides of the rules that move, repeat, reduce and pick elements.
import type { Tensor } from '../../../src/ir/node.ts';
import { makeNode } from '../../../src/ir/node.ts';
import {
  add,
  div,
  equal,
  greater,
  greaterEqual,
  lessEqual,
  logicalAnd,
  maximum,
  minimum,
  mul,
  sub,
} from '../../../src/ops/arithmetic.ts';
import { broadcastAlong, broadcastOp, broadcastTo } from '../../../src/ops/broadcast.ts';
import { scatterAdd } from '../../../src/ops/scatter.ts';
import { constrain, scalar } from '../../../src/ops/leaf.ts';
import { sliceAxis, sliceOp, transpose } from '../../../src/ops/movement.ts';
import { iota } from '../../../src/ops/random.ts';
import { max, prod, sum } from '../../../src/ops/reduce.ts';
import { reshape, reshapeOp } from '../../../src/ops/reshape.ts';
import { where } from '../../../src/ops/select.ts';
import { exp, neg } from '../../../src/ops/unary.ts';
import { column, i, labels, leafOf, matrix, row, single } from '../hard-inputs.ts';
import type { RuleCase } from './rule-case.ts';

const zeros = (like: Tensor): Tensor => broadcastAlong(scalar(0, like.dtype), like.shape, []);
const alongRows = (of: Tensor): Tensor => broadcastAlong(of, [5, 7], [1]);
const alongColumns = (of: Tensor): Tensor => broadcastAlong(of, [5, 7], [0]);
const everywhere = (of: Tensor): Tensor => broadcastAlong(of, [5, 7], []);
const classes = alongRows(iota(7));
const checked = constrain(labels, { low: 0, high: 6, what: 'label' });
const ignoring = constrain(labels, { low: 0, high: 6, except: -1, what: 'label' });
const picked = (index: Tensor): Tensor => equal(classes, alongColumns(index));
const unitColumns = reshape(column, [5, 1]);
const pairsOfLabels = reshape(leafOf('two labels', [10], [0, 6, 3], 'i32'), [5, 2]);

export const movementCases: Readonly<Record<string, RuleCase>> = {
  'reshape to the same shape': {
    rewrites: [[makeNode(reshapeOp, [matrix], { shape: [5, 7] }), matrix]],
    leaves: [reshape(matrix, [7, 5])],
  },
  'reshape of a reshape': {
    rewrites: [
      [makeNode(reshapeOp, [reshape(matrix, [35])], { shape: [7, 5] }), reshape(matrix, [7, 5])],
      [makeNode(reshapeOp, [reshape(matrix, [35])], { shape: [5, 7] }), matrix],
    ],
  },
  'transpose of a transpose': {
    rewrites: [
      [transpose(transpose(matrix)), matrix],
      [
        transpose(transpose(reshape(matrix, [5, 7, 1]), [1, 2, 0]), [1, 2, 0]),
        transpose(reshape(matrix, [5, 7, 1]), [2, 0, 1]),
      ],
    ],
  },
  'transpose of axes of size one': {
    rewrites: [[transpose(reshape(matrix, [5, 1, 7]), [1, 0, 2]), reshape(matrix, [1, 5, 7])]],
    leaves: [transpose(matrix), transpose(reshape(matrix, [5, 1, 7]), [2, 1, 0])],
  },
  'slice of everything': {
    rewrites: [
      [makeNode(sliceOp, [matrix], { axis: 1, start: 0, length: 7, step: 1 }), matrix],
      [makeNode(sliceOp, [unitColumns], { axis: 1, start: 0, length: 1, step: -1 }), unitColumns],
    ],
    leaves: [sliceAxis(matrix, 1, 0, 6), sliceAxis(matrix, 1, 6, 7, -1)],
  },
  'slice of a slice': {
    rewrites: [
      [sliceAxis(sliceAxis(matrix, 1, 1, 3, 2), 1, 1, 2), sliceAxis(matrix, 1, 3, 2, 2)],
      [sliceAxis(sliceAxis(matrix, 1, 6, 7, -1), 1, 6, 7, -1), matrix],
    ],
    leaves: [sliceAxis(sliceAxis(matrix, 0, 1, 3), 1, 1, 2)],
  },
  'broadcast of a broadcast': {
    rewrites: [
      [
        broadcastAlong(broadcastAlong(row, [2, 7], [1]), [3, 2, 7], [1, 2]),
        broadcastAlong(row, [3, 2, 7], [2]),
      ],
      [broadcastTo(broadcastTo(single, [7]), [5, 7]), everywhere(single)],
    ],
  },
  'broadcast that repeats nothing': {
    rewrites: [[broadcastAlong(row, [1, 7], [1]), reshape(row, [1, 7])]],
    leaves: [alongRows(row), broadcastAlong(row, [2, 1, 7], [2])],
  },
  'broadcast of axes of size one': {
    rewrites: [
      [
        broadcastTo(makeNode(broadcastOp, [unitColumns], { shape: [5, 7], axes: [0, 1] }), [5, 7]),
        alongColumns(column),
      ],
      [broadcastTo(reshape(row, [1, 7]), [5, 7]), alongRows(row)],
    ],
    leaves: [alongRows(row)],
  },
  'reshape of a repeated scalar': {
    rewrites: [[reshape(everywhere(single), [35]), broadcastAlong(single, [35], [])]],
    leaves: [reshape(alongRows(row), [35])],
  },
  'transpose of a broadcast': {
    rewrites: [
      [transpose(alongRows(row)), broadcastAlong(row, [7, 5], [0])],
      [
        transpose(broadcastAlong(matrix, [5, 2, 7], [0, 2]), [2, 1, 0]),
        broadcastAlong(transpose(matrix), [7, 2, 5], [0, 2]),
      ],
    ],
  },
  'slice of a broadcast': {
    rewrites: [
      [sliceAxis(alongRows(row), 0, 1, 2), broadcastAlong(row, [2, 7], [1])],
      [sliceAxis(alongRows(row), 1, 6, 3, -2), broadcastAlong(sliceAxis(row, 0, 6, 3, -2), [5, 3], [1])],
    ],
    leaves: [sliceAxis(makeNode(broadcastOp, [unitColumns], { shape: [5, 7], axes: [0, 1] }), 1, 0, 2)],
  },
  'elementwise operation of broadcasts': {
    rewrites: [
      [exp(alongRows(row)), alongRows(exp(row))],
      [mul(alongColumns(column), everywhere(scalar(2))), alongColumns(mul(column, 2))],
      [add(everywhere(single), everywhere(scalar(1))), everywhere(add(single, scalar(1)))],
      [
        where(alongRows(greater(row, 0)), alongRows(row), everywhere(scalar(0))),
        alongRows(where(greater(row, 0), row, 0)),
      ],
      [
        add(broadcastAlong(row, [2, 5, 7], [2]), broadcastAlong(column, [2, 5, 7], [1])),
        broadcastAlong(add(alongRows(row), alongColumns(column)), [2, 5, 7], [1, 2]),
      ],
    ],
    leaves: [add(alongRows(row), alongColumns(column)), mul(matrix, 2)],
  },
  'operation on a choice of broadcasts': {
    rewrites: [
      [
        neg(where(picked(checked), alongColumns(column), 0)),
        where(picked(checked), neg(alongColumns(column)), neg(zeros(matrix))),
      ],
      [
        mul(where(picked(checked), 0.5, everywhere(scalar(0))), alongRows(row)),
        where(
          picked(checked),
          mul(everywhere(scalar(0.5)), alongRows(row)),
          mul(everywhere(scalar(0)), alongRows(row)),
        ),
      ],
    ],
    leaves: [
      neg(where(picked(checked), matrix, 0)),
      mul(where(picked(checked), alongColumns(column), 0), alongRows(row)),
      mul(where(picked(checked), alongColumns(column), 0), matrix),
    ],
  },
  'elementwise operation of reshapes': {
    rewrites: [
      [exp(reshape(matrix, [35])), reshape(exp(matrix), [35])],
      [div(reshape(column, [5, 1]), reshape(neg(column), [5, 1])), reshape(div(column, neg(column)), [5, 1])],
      [mul(reshape(matrix, [35]), 2), reshape(mul(matrix, 2), [35])],
    ],
    leaves: [
      add(reshape(matrix, [35]), leafOf('long', [35], [1, 2])),
      add(reshape(matrix, [35]), reshape(transpose(matrix), [35])),
      add(reshape(matrix, [7, 5]), broadcastAlong(leafOf('five', [5], [1]), [7, 5], [1])),
    ],
  },
  'reduction of one element': {
    rewrites: [
      [max(unitColumns, 1), column],
      [prod(unitColumns, 1), column],
      [sum(reshape(i, [12, 1]), 1), i],
    ],
    leaves: [sum(unitColumns, 1), max(matrix, 1)],
  },
  'reduction over some axes of size one': {
    rewrites: [[sum(reshape(matrix, [5, 1, 7]), [1, 2]), sum(matrix, 1)]],
    leaves: [sum(matrix, [0, 1]), sum(unitColumns, 1)],
  },
  'addition at one position': {
    rewrites: [
      [
        scatterAdd(zeros(matrix), reshape(checked, [5, 1]), unitColumns, 1),
        where(picked(checked), add(zeros(matrix), alongColumns(column)), zeros(matrix)),
      ],
      [
        scatterAdd(matrix, reshape(sub(labels, 3), [5, 1]), unitColumns, 1),
        where(picked(minimum(maximum(sub(labels, 3), 0), 6)), add(matrix, alongColumns(column)), matrix),
      ],
    ],
    leaves: [scatterAdd(matrix, pairsOfLabels, reshape(leafOf('updates', [10], [1, 2, 3]), [5, 2]), 1)],
  },
  'sum of a one-hot': {
    rewrites: [
      [sum(where(picked(checked), alongColumns(column), 0), 1), add(column, 0)],
      [
        sum(where(equal(alongColumns(checked), classes), everywhere(single), 0), 1),
        add(broadcastAlong(single, [5], []), 0),
      ],
      [
        sum(where(picked(ignoring), alongColumns(column), 0), 1),
        where(greaterEqual(ignoring, 0), add(column, 0), 0),
      ],
      [
        sum(where(picked(mul(labels, 2)), alongColumns(column), 0), 1),
        where(logicalAnd(greaterEqual(mul(labels, 2), 0), lessEqual(mul(labels, 2), 6)), add(column, 0), 0),
      ],
    ],
    leaves: [
      sum(where(picked(checked), alongColumns(column), 1), 1),
      sum(where(picked(checked), matrix, 0), 1),
      sum(where(picked(checked), alongColumns(column), 0), 0),
      sum(where(picked(checked), alongColumns(column), 0)),
      max(where(picked(checked), alongColumns(column), 0), 1),
    ],
  },
};
