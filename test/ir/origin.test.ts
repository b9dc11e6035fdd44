import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { grad } from '../../src/autodiff/grad.ts';
import {
  callSite,
  composite,
  currentScope,
  enclosingLayer,
  inScope,
  scopePath,
  spanOf,
  userFrame,
  withOrigin,
} from '../../src/ir/origin.ts';
import { add, mul } from '../../src/ops/arithmetic.ts';
import { matmul } from '../../src/ops/contraction.ts';
import { input } from '../../src/ops/leaf.ts';
import { mean, sum } from '../../src/ops/reduce.ts';
import type { Tensor } from '../../src/ir/node.ts';

const source = readFileSync(import.meta.filename, 'utf8').split('\n');

/** Line and column, from 1, of the first place in this file that has `text`. */
function placeOf(text: string): { line: number; column: number } {
  const line = source.findIndex((each) => each.includes(text) && !each.includes('placeOf'));
  return { line: line + 1, column: (source[line] ?? '').indexOf(text) + 1 };
}

function placeIn(node: Tensor): { line: number; column: number } | undefined {
  const span = spanOf(node.origin);
  return span === null ? undefined : { line: span.line, column: span.column };
}

describe('spans', () => {
  test("are the line and column of the call in the user's file", () => {
    const x = input('spanned', [2]);
    const y = mul(add(x, 17), 19);
    expect(spanOf(x.origin)?.file).toBe(import.meta.filename);
    expect(placeIn(x)).toEqual(placeOf("input('spanned'"));
    expect(placeIn(y)).toEqual(placeOf('mul(add(x, 17)'));
  });

  test('of what a composite makes are the call of the composite', () => {
    const x = input('x', [2, 2]);
    const y = matmul(mean(x, 0), x);
    for (const node of [y, ...y.inputs]) {
      if (node !== x) expect(placeIn(node)?.line).toBe(placeOf('matmul(mean(x, 0)').line);
    }
  });

  test('of gradients are those of the forward nodes', () => {
    const x = input('x', [2]);
    const forward = mul(x, x);
    const [gradient] = grad(sum(forward), [x]);
    expect(placeIn(gradient)?.line).not.toBe(placeOf('grad(sum(forward)').line);
  });

  test('are that of a call site itself, and null where there is none', () => {
    expect(spanOf({ scope: null, site: null })).toBeNull();
    const site = callSite();
    expect(site.span?.line).toBe(placeOf('const site = callSite()').line);
  });
});

describe('stacks', () => {
  const root = import.meta.filename.replace(/test\/.*$/, 'src');

  test.each([
    ['V8', `Error\n    at callSite (${root}/ir/origin.ts:1:2)\n    at model (/home/me/model.ts:3:4)`],
    [
      'V8, module URLs',
      `Error\n    at callSite (file://${root}/ir/origin.ts:1:2)\n    at file:///home/me/model.ts?t=1:3:4`,
    ],
    ['V8, asynchronous', `Error\n    at node:internal/modules:9:9\n    at async /home/me/model.ts:3:4`],
    [
      'V8, an evaluated frame above',
      `Error\n    at eval (eval at x (/a.ts:1:1), <anonymous>:1:1)\n    at model (/home/me/model.ts:3:4)`,
    ],
    ['Firefox', `callSite@file://${root}/ir/origin.ts:1:2\nmodel/<@file:///home/me/model.ts:3:4\n`],
    ['Safari', `callSite@file://${root}/ir/origin.ts:1:2\n@file:///home/me/model.ts:3:4`],
  ])('of %s tell the innermost frame outside the library', (_, stack) => {
    expect(userFrame(stack)).toEqual({ file: '/home/me/model.ts', line: 3, column: 4 });
  });

  test.each([
    ['a scope', '    at model (/home/@me/model.ts:3:4)', '/home/@me/model.ts'],
    ['a scope and no function', '    at /home/@me/model.ts:3:4', '/home/@me/model.ts'],
    ['spaces', '    at new Model (/home/my models/model.ts:3:4)', '/home/my models/model.ts'],
    ['encoded spaces', '    at file:///home/my%20models/model.ts:3:4', '/home/my models/model.ts'],
    ['a web address', 'model@https://me.example/@app/model.js:3:4', 'https://me.example/@app/model.js'],
  ])('paths may hold %s', (_, stack, file) => {
    expect(userFrame(stack)?.file).toBe(file);
  });

  test('without a user frame give null', () => {
    expect(
      userFrame(`Error\n    at callSite (${root}/ir/origin.ts:1:2)\n    at node:internal/main:1:1`),
    ).toBeNull();
    expect(userFrame('')).toBeNull();
  });
});

describe('scopes', () => {
  test('nest, and end with their function, thrown or not', () => {
    const paths: string[] = [];
    const node = inScope({ name: 'iris', kind: 'model', label: 'iris' }, () =>
      inScope({ name: 'linear1', kind: 'layer', label: 'linear(4, 30)' }, () =>
        composite('softmax', () => {
          paths.push(scopePath(currentScope()));
          return input('x', [2]);
        }),
      ),
    );
    expect(paths).toEqual(['iris/linear1/softmax']);
    expect(scopePath(node.origin.scope)).toBe('iris/linear1/softmax');
    expect(enclosingLayer(node.origin.scope)?.label).toBe('linear(4, 30)');
    expect(() =>
      composite('failing', () => {
        throw new Error('on purpose');
      }),
    ).toThrow('on purpose');
    expect(currentScope()).toBeNull();
    expect(scopePath(null)).toBe('');
    expect(enclosingLayer(null)).toBeNull();
  });

  test("the user's line is that of the outermost call", () => {
    const inner = (): Tensor => composite('inner', () => input('x', [2]));
    const node = composite('outer call', inner);
    expect(placeIn(node)).toEqual(placeOf("composite('outer call'"));
    const scope = node.origin.scope;
    expect(scope?.site.span?.line).toBe(placeOf("composite('outer call'").line);
  });

  test('an origin can be lent to what replaces a node', () => {
    const x = input('x', [2]);
    const heir = withOrigin(x.origin, () => input('heir', [2]));
    expect(heir.origin).toBe(x.origin);
  });
});
