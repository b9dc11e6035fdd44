import { describe, expect, test } from 'vitest';
import { claimMark, foundIn, isAsClaimed, programsOf } from '../support/markdown-programs.ts';

const fence = '```';
const page = `
${fence}ts
import { a } from './model.ts';
a + 1; // → 3
const b = a; // → 2
${fence}

${fence}ts
// model.ts
export const a = 2;
${fence}

<!-- hidden
import { c } from 'c';
-->

${fence}ts
import { a } from './model.ts';
console.log(a);
${fence}

${fence}text
2
${fence}

${fence}ts
const svg = '<svg/>';
if (svg === '') {
  const inner = 1;
}
${fence}

![A picture](pictures/a.svg)

<!-- new program -->

${fence}ts no-run
fetch('somewhere');
${fence}

${fence}ts
// src/some/file.ts
export const quoted = 1;
${fence}
`;

describe('the programs of a page', () => {
  const { programs, excerpts } = programsOf(page);

  test('are joined from its blocks, with every name imported once', () => {
    expect(programs).toHaveLength(2);
    const main = programs[0]?.files.get('main.ts') ?? '';
    expect(main.match(/^import .*$/gm)).toEqual([
      `import { a } from './model.ts';`,
      `import { c } from 'c';`,
    ]);
    expect(main).toContain('console.log(a);');
    expect(programs[0]?.files.get('model.ts')).toContain('export const a = 2;');
  });

  test('claim what lines give and blocks print', () => {
    expect(programs[0]?.claims.map(({ expected }) => expected)).toEqual(['3', '2', '2']);
    expect(programs[0]?.instrumented.get('main.ts')).toContain('__note(0, a + 1);');
    expect(programs[0]?.instrumented.get('main.ts')).toContain('const b = a; __note(1, b);');
  });

  test('draw the picture that follows, which the last constant of the block holds', () => {
    expect(programs[0]?.pictures).toEqual([{ id: 3, file: 'pictures/a.svg' }]);
    expect(programs[0]?.instrumented.get('main.ts')).toContain('__draw(3, svg);');
  });

  test('run unless a block says that it is only checked', () => {
    expect(programs.map(({ runs }) => runs)).toEqual([true, false]);
  });

  test('are not what is quoted from the project', () => {
    expect(excerpts).toEqual([{ file: 'src/some/file.ts', code: 'export const quoted = 1;\n' }]);
  });
});

test.each([
  ['in the middle of a statement', `a\n  .b; // → 3\n`, ''],
  ['of a program that does not run', 'a; // → 3\n', ' no-run'],
])('a claim %s is refused, since nothing would check it', (_, code, option) => {
  expect(() => programsOf(`${fence}ts${option}\n${code}${fence}\n`)).toThrow('// → 3');
});

test('what a program found is told apart from what else it prints', () => {
  const printed = `noise\n${claimMark}0:[1,2]${claimMark}\nmore\n${claimMark}1:\nline one\nline two\n${claimMark}\n`;
  expect([...foundIn(printed)]).toEqual([
    [0, '[1,2]'],
    [1, 'line one\nline two'],
  ]);
});

test.each([
  ['2', '2', true],
  ['2', '3', false],
  ['epoch 1  loss 0.25', 'epoch 1  loss …', true],
  ['took 3 s\nresult (a)', 'took … s\nresult (a)', true],
  ['result (b)', 'result (a)', false],
])('%j is as %j claims: %s', (found, expected, fits) => {
  expect(isAsClaimed(found, expected)).toBe(fits);
});
