// Loops over the blocks of an axis, or over the share of them that a thread has.
import type { Axis } from '../../ir/index-expression.ts';
import type { WasmLocal } from './code.ts';
import type { Scope } from './scope.ts';
import type { Share } from './share.ts';
import type { Blocks } from './tiling.ts';

/** Runs through blocks of an axis, with the axis bound to the start of each. `outline` names functions for them. */
export function forBlocks(
  blocks: readonly Blocks[],
  unit: number,
  axis: Axis,
  share: Share | null,
  scope: Scope,
  write: (block: Blocks, body: Scope) => void,
  outline: string | null = null,
): void {
  const total = blocks.reduce((sum, block) => sum + block.count, 0);
  const range = share?.of(total, scope) ?? null;
  let before = 0;
  for (const block of blocks) {
    const part = range === null ? null : positions(block, block.size * unit, before, range, scope);
    const body = (inside: Scope): void => {
      writeBlocks(block, block.size * unit, axis, part, inside, write);
    };
    if (outline === null) body(scope);
    else scope.outlined(outline, body);
    before += block.count;
  }
}

/** Where the part of a thread starts and ends along the axis, clamped to these blocks. */
interface Part {
  readonly start: WasmLocal;
  readonly end: WasmLocal;
}

function positions(
  block: Blocks,
  step: number,
  before: number,
  range: { readonly first: WasmLocal; readonly last: WasmLocal },
  scope: Scope,
): Part {
  const { writer } = scope.context;
  const { code } = scope;
  const position = (limit: WasmLocal, name: string): WasmLocal => {
    const place = writer.local('i32', name);
    const rank = writer.local('i32', 'unit');
    code.get(limit).i32(before).op('i32.sub').tee(rank).i32(0).get(rank).i32(0).op('i32.gt_s').op('select');
    code.tee(rank).i32(block.count).get(rank).i32(block.count).op('i32.lt_s').op('select');
    code.i32(step).op('i32.mul').i32(block.start).op('i32.add').set(place);
    return place;
  };
  return { start: position(range.first, 'start'), end: position(range.last, 'end') };
}

function writeBlocks(
  block: Blocks,
  step: number,
  axis: Axis,
  part: Part | null,
  scope: Scope,
  write: (block: Blocks, body: Scope) => void,
): void {
  const body = scope.inner();
  if (block.count === 1 && part === null) {
    body.bindAxis(axis, { local: null, offset: block.start });
    write(block, body);
    scope.code.append(body.code);
    return;
  }
  const base = body.ownLocal('i32', axis.name);
  body.bindAxis(axis, { local: base, offset: 0 });
  write(block, body);
  body.code.get(base).i32(step).op('i32.add').tee(base);
  if (part === null) {
    body.code.i32(block.start + block.count * step).op('i32.lt_s');
    scope.code.i32(block.start).set(base).loop(body.code);
    return;
  }
  const [start, end] = [scope.brought(part.start), scope.brought(part.end)];
  body.code.get(end).op('i32.lt_s');
  const guarded = scope.inner();
  guarded.code.loop(body.code);
  scope.code.get(start).tee(base).get(end).op('i32.lt_s').if(guarded.code);
}
