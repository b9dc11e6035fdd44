import { describe, expect, test } from 'vitest';
import { floors, floorViolation } from '../../scripts/import-floors.ts';
import type { ImportSite } from '../../scripts/import-floors.ts';

const value = (from: string, specifier: string): ImportSite => ({ from, specifier, typeOnly: false });
const type = (from: string, specifier: string): ImportSite => ({ from, specifier, typeOnly: true });

describe('the floors of src/', () => {
  test.each([
    ['the floor below', value('compiler/stages.ts', '../emit/js/module.ts')],
    ['the ground floor', value('kernels/fuse.ts', '../ir/node.ts')],
    ['the same floor', value('ops/reduce.ts', './movement.ts')],
    ['every floor from the public face', value('index.ts', './compiler/compile.ts')],
    ['the run-time dependencies', value('rewrite/rule.ts', 'ts-pattern')],
    ['Node from the Node entry', value('node.ts', 'node:fs')],
    ['any package from the drawings', value('viz/chart.ts', 'fast-png')],
    ['types of the compiler from the drawings', type('viz/diagram.ts', '../compiler/program.ts')],
    ['the palette of the diagrams from the drawings', value('viz/theme.ts', '../emit/dot/palette.ts')],
    ['errors from the data utilities', value('data/split.ts', '../ir/errors.ts')],
    ['the plan from its checker', value('plan/checker.ts', './plan.ts')],
    ['the kernels from the plan checker', value('plan/checker.ts', '../kernels/kernel.ts')],
  ])('allow %s', (_what, site) => {
    expect(floorViolation(site)).toBeUndefined();
  });

  test.each([
    ['a floor above', value('ir/node.ts', '../ops/reduce.ts'), 'ir stands below ops'],
    [
      'even the types of a floor above',
      type('ops/reduce.ts', '../kernels/kernel.ts'),
      'ops stands below kernels',
    ],
    ['the public face from within', value('nn/linear.ts', '../index.ts'), 'nn stands below index'],
    ['Node in the core', value('runtime/session.ts', 'node:fs'), 'cannot import Node'],
    ['Node under its bare name', value('data/idx.ts', 'zlib'), 'cannot import Node'],
    ['other packages in the core', value('train/fit.ts', 'cli-progress'), 'the package "cli-progress"'],
    ['our own package name', value('cli/main.ts', 'tapeless/data'), 'by relative paths'],
    [
      'the compiler from the data utilities',
      type('data/split.ts', '../compiler/program.ts'),
      'data knows only ir',
    ],
    [
      'values of the compiler in drawings',
      value('viz/diagram.ts', '../compiler/program.ts'),
      'write `import type`',
    ],
    [
      'values of the plan in drawings',
      value('viz/diagram.ts', '../plan/planner.ts'),
      'viz knows only data, emit, ir, metrics, compiler',
    ],
    ['the planner from its checker', type('plan/checker.ts', './arena.ts'), 'may import only plan/'],
    [
      'lifetimes from the proof about them',
      type('plan/checker-memory.ts', './lifetimes.ts'),
      'may import only',
    ],
    ['a file on no floor', value('misc/bag.ts', '../ir/node.ts'), 'src/misc/bag.ts is on no floor'],
    [
      'an import of a file on no floor',
      value('ir/node.ts', '../misc/bag.ts'),
      '"../misc/bag.ts" is on no floor',
    ],
  ])('forbid %s', (_what, site, complaint) => {
    expect(floorViolation(site)).toContain(complaint);
  });

  test('forbid every floor to import any floor above it', () => {
    for (const [height, upper] of floors.entries()) {
      for (const lower of floors.slice(height + 1)) {
        expect(floorViolation(type(`${lower}/file.ts`, `../${upper}/file.ts`))).toContain(
          'imports point downward',
        );
      }
    }
  });
});
