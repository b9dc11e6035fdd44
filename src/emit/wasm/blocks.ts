// Loops over the blocks of an axis, or over the share of them that a thread has.
import type { Axis } from '../../ir/index-expression.ts';
import type { WasmLocal } from './code.ts';
import type { Scope } from './scope.ts';
import type { Share } from './share.ts';
import type { Blocks } from './tiling.ts';

/** Runs through blocks of an axis, with the axis bound to the start of each. */
export function forBlocks(
  blocks: readonly Blocks[],
  unit: number,
  axis: Axis,
  share: Share | null,
  scope: Scope,
  write: (block: Blocks, body: Scope) => void,
): void {
  const total = blocks.reduce((sum, block) => sum + block.count, 0);
  const range = share?.of(total, scope) ?? null;
  let before = 0;
  for (const block of blocks) {
    const step = block.size * unit;
    const body = scope.inner();
    if (block.count === 1 && range === null) {
      body.bindAxis(axis, { local: null, offset: block.start });
      write(block, body);
      scope.code.append(body.code);
    } else {
      const base = body.ownLocal('i32', axis.name);
      body.bindAxis(axis, { local: base, offset: 0 });
      write(block, body);
      body.code.get(base).i32(step).op('i32.add').tee(base);
      if (range === null) {
        body.code.i32(block.start + block.count * step).op('i32.lt_s');
        scope.code.i32(block.start).set(base).loop(body.code);
      } else {
        const end = scope.context.writer.local('i32', 'end');
        const position = (limit: WasmLocal, target: WasmLocal): void => {
          // Clamped to these blocks, as a position along the axis.
          const local = scope.context.writer.local('i32', 'unit');
          scope.code.get(limit).i32(before).op('i32.sub').tee(local).i32(0).get(local).i32(0);
          scope.code.op('i32.gt_s').op('select').tee(local).i32(block.count).get(local).i32(block.count);
          scope.code.op('i32.lt_s').op('select').i32(step).op('i32.mul').i32(block.start).op('i32.add');
          scope.code.set(target);
        };
        position(range.first, base);
        position(range.last, end);
        body.code.get(end).op('i32.lt_s');
        const guarded = scope.inner();
        guarded.code.loop(body.code);
        scope.code.get(base).get(end).op('i32.lt_s').if(guarded.code);
      }
    }
    before += block.count;
  }
}
