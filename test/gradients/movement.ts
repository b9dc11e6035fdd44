// Movement of elements: every gradient is movement as well, with sums where elements are repeated.
import * as axes from '../../src/ops/axes.ts';
import * as blocks from '../../src/ops/blocks.ts';
import * as concatenation from '../../src/ops/concat.ts';
import * as creation from '../../src/ops/creation.ts';
import * as diagonals from '../../src/ops/diagonal.ts';
import * as differences from '../../src/ops/difference.ts';
import { logit } from '../../src/ops/logarithm.ts';
import * as regions from '../../src/ops/region.ts';
import { renorm } from '../../src/ops/renorm.ts';
import * as padding from '../../src/ops/pad.ts';
import * as parts from '../../src/ops/parts.ts';
import * as repetition from '../../src/ops/repeat.ts';
import * as reshaping from '../../src/ops/reshape.ts';
import * as stacking from '../../src/ops/stacking.ts';
import * as movement from '../../src/ops/movement.ts';
import { lpPool1d, lpPool2d } from '../../src/nn/power-pooling.ts';
import { add } from '../../src/ops/arithmetic.ts';
import { square } from '../../src/ops/unary.ts';
import type { Tensor } from '../../src/ir/node.ts';
import { single, type GradientTable } from '../support/gradient-cases.ts';

/** The square of the pieces, one after the other: so that each has a gradient of its own. */
function joined(pieces: readonly Tensor[], axis = 0): Tensor {
  return square(concatenation.concat([...pieces].reverse(), axis));
}

const modes = ['constant', 'reflect', 'symmetric', 'replicate', 'circular'] as const;

const rows = (x: Tensor): Tensor => movement.slice(x, [{ stop: 2 }]);

export const checks: GradientTable = {
  diff: [single([2, 4], (x) => square(differences.diff(x, { order: 2, prepend: x })))],
  trapezoid: [single([3], (x) => square(differences.trapezoid(square(x), { x })))],
  cumulativeTrapezoid: [single([2, 3], (x) => square(differences.cumulativeTrapezoid(x, { dx: 0.5 })))],
  sliceScatter: [single([3, 2], (x) => square(regions.sliceScatter(x, square(rows(x)), 0, { step: 2 })))],
  selectScatter: [
    single([2, 3], (x) => square(regions.selectScatter(x, parts.select(square(x), 1, 0), 1, 2))),
  ],
  diagonalScatter: [
    single([2, 3], (x) => square(regions.diagonalScatter(x, diagonals.diagonal(square(x)), { offset: 1 }))),
  ],
  lpPool1d: [single([1, 1, 5], (x) => lpPool1d(add(square(x), 1), 3, 2, { stride: 1 }))],
  lpPool2d: [single([1, 1, 3, 3], (x) => lpPool2d(add(square(x), 1), 2, 2, { ceilMode: true }))],
  renorm: [single([2, 3], (x) => square(renorm(x, 3, 0, 0.1)))],
  logit: [single([3], (x) => square(logit(square(square(x)), 0.01)))],
  pad: modes.flatMap((mode) => [
    single([4], (x) => square(padding.pad(x, [[2, 3]], { mode, value: 7 }))),
    single([2, 4], (x) =>
      square(
        padding.pad(
          x,
          [
            [1, 0],
            [-1, 2],
          ],
          { mode },
        ),
      ),
    ),
  ]),
  backwards: [single([2, 5], (x) => square(movement.slice(x, [null, { start: 3, step: -2 }])))],
  selectOfAxis: [single([2, 3], (x) => square(parts.select(x, 1, -1)))],
  narrow: [single([2, 5], (x) => square(parts.narrow(x, 1, -4, 3)))],
  split: [single([2, 5], (x) => joined(parts.split(x, [2, 0, 3], 1), 1))],
  chunk: [single([5], (x) => joined(parts.chunk(x, 2)))],
  tensorSplit: [single([5], (x) => joined(parts.tensorSplit(x, [1, -2])))],
  unbind: [single([3, 2], (x) => joined(parts.unbind(x)))],
  swapaxes: [single([2, 3, 2], (x) => square(axes.swapaxes(x, 0, -2)))],
  movedim: [single([2, 3, 2], (x) => square(axes.movedim(x, [0, 2], [2, 0])))],
  rot90: [-1, 1, 2].map((turns) => single([2, 3], (x) => square(axes.rot90(x, turns)))),
  expand: [single([2, 1], (x) => square(repetition.expand(x, [3, -1, 4])))],
  tile: [single([2, 2], (x) => square(repetition.tile(x, [2, 1, 3])))],
  repeat: [single([2], (x) => square(repetition.repeat(x, [2, 3])))],
  repeatInterleave: [
    single([2, 2], (x) => square(repetition.repeatInterleave(x, 3, 1))),
    single([2, 2], (x) => square(repetition.repeatInterleave(x, [2, 0, 1, 3]))),
  ],
  roll: [
    single([2, 3], (x) => square(repetition.roll(x, -2))),
    single([2, 3], (x) => square(repetition.roll(x, [1, 4], [0, 1]))),
  ],
  tril: [single([2, 3, 3], (x) => square(diagonals.tril(x, -1)))],
  triu: [single([2, 3], (x) => square(diagonals.triu(x, 1)))],
  diagonal: [
    single([2, 3], (x) => square(diagonals.diagonal(x, { offset: 1 }))),
    single([3, 2, 3], (x) => square(diagonals.diagonal(x, { offset: -1, axes: [2, 0] }))),
  ],
  diagEmbed: [
    single([2, 2], (x) => square(diagonals.diagEmbed(x, { offset: -1 }))),
    single([2, 2], (x) => square(diagonals.diagEmbed(x, { offset: 1, axes: [0, 2] }))),
  ],
  diag: [single([3], (x) => square(diagonals.diag(x, 1)))],
  trace: [single([2, 3], (x) => square(diagonals.trace(x)))],
  meshgrid: [single([3], (x) => joined(creation.meshgrid([x, square(x)])))],
  expandDims: [single([2, 3], (x) => square(reshaping.expandDims(x, [0, -1])))],
  unflatten: [single([6, 2], (x) => square(reshaping.unflatten(x, 0, [3, -1])))],
  ravel: [single([2, 3], (x) => square(reshaping.ravel(x)))],
  hstack: [single([2, 2], (x) => square(stacking.hstack([x, square(x)])))],
  vstack: [single([2], (x) => square(stacking.vstack([x, square(x)])))],
  dstack: [single([2], (x) => square(stacking.dstack([x, square(x)])))],
  columnStack: [single([2], (x) => square(stacking.columnStack([x, square(x)])))],
  pixelShuffle: [single([8, 1, 2], (x) => square(blocks.pixelShuffle(x, 2)))],
  pixelUnshuffle: [single([1, 2, 4], (x) => square(blocks.pixelUnshuffle(x, 2)))],
  depthToSpace: [single([1, 1, 2, 4], (x) => square(blocks.depthToSpace(x, 2)))],
  spaceToDepth: [single([1, 2, 2, 2], (x) => square(blocks.spaceToDepth(x, 2)))],
  spaceToBatch: [single([2, 3, 2], (x) => square(blocks.spaceToBatch(x, [2], [[0, 1]])))],
  batchToSpace: [single([4, 2, 2], (x) => square(blocks.batchToSpace(x, [2], [[1, 0]])))],
};
