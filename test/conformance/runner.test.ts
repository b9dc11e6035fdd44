import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import type { Target } from 'tapeless';
import { firstDifference } from '../../conformance/compare.ts';
import { CorpusError, readCorpus, type OperatorCase } from '../../conformance/corpus.ts';
import { OptionError, parseOptions } from '../../conformance/options.ts';
import { runCases } from '../../conformance/run.ts';
import { closingLine, countOutcomes, outcomeDetails, outcomeTable } from '../../conformance/table.ts';
import { graphTolerance, toleranceOf } from '../../conformance/tolerances.ts';

const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
afterAll(() => rmSync(folder, { recursive: true }));

function written(name: string, content: string | Uint8Array): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

const lines = (...values: readonly unknown[]): string =>
  values.map((each) => JSON.stringify(each)).join('\n');

const cotangents = [(3 - 4.5) / 4, (((7 + 3) % 10) - 4.5) / 4];

/** `x · y` of two elements: the gradient of each is the other, times the cotangent. */
const right: OperatorCase = {
  id: 'mul#own',
  op: 'mul',
  attrs: {},
  tags: [],
  in: [
    { t: 'f', s: [2], d: [2, -3] },
    { t: 'f', s: [2], d: [0.5, 4] },
  ],
  out: [{ t: 'f', s: [2], d64: [1, -12], d32: [1, -12] }],
  grad: [
    { d64: [0.5, 4].map((y, k) => y * (cotangents[k] ?? 0)) },
    { d64: [2, -3].map((x, k) => x * (cotangents[k] ?? 0)) },
  ],
  fd: true,
};

const refused: OperatorCase = {
  id: 'mul#refused',
  op: 'mul',
  attrs: {},
  tags: ['must_reject'],
  in: [
    { t: 'f', s: [2], d: [1, 2] },
    { t: 'f', s: [3], d: [1, 2, 3] },
  ],
  error: 'shapes do not fit',
};

const outsideIndex: OperatorCase = {
  id: 'gather#outside',
  op: 'gather',
  attrs: { dim: 0 },
  tags: ['must_reject'],
  in: [
    { t: 'f', s: [2], d: [1, 2] },
    { t: 'i', s: [1], d: [2] },
  ],
  error: 'index 2 is out of bounds',
};

function statusOf(read: OperatorCase, target: Target = 'js'): string {
  const [outcome] = runCases({ kind: 'ops', header: null }, [read], target);
  return [outcome?.status, ...(outcome?.reasons ?? [])].join(': ');
}

describe.each<Target>(['interpreter', 'js', 'wasm'])('the runner notices on %s', (target) => {
  const [out] = right.out ?? [];
  if (out === undefined) throw new Error('the case has an output');

  test('nothing where all is right', () => {
    expect(statusOf(right, target)).toBe('passed');
    expect(statusOf(refused, target)).toBe('passed');
    expect(statusOf(outsideIndex, target)).toBe('passed');
  });

  test('a wrong value, with the element, what was found and what was expected', () => {
    const wrong = { ...right, out: [{ ...out, d64: [1, -12.001], d32: [1, -12.001] }] };
    expect(statusOf(wrong, target)).toMatch(
      /^failed: output 0: element \[1\] of shape \[2\] is -12, expected -12\.00\d+/,
    );
  });

  test('a wrong shape and another element type', () => {
    expect(statusOf({ ...right, out: [{ ...out, s: [1, 2] }] }, target)).toBe(
      'failed: output 0 has shape [2], expected [1, 2]',
    );
    expect(statusOf({ ...right, out: [{ t: 'i', s: [2], d: [1, -12] }] }, target)).toBe(
      'failed: output 0 is of floats, expected integers',
    );
  });

  test('a wrong gradient', () => {
    const wrong = { ...right, grad: [{ d64: [-0.1875, -5.501] }, null] };
    expect(statusOf(wrong, target)).toMatch(/^failed: gradient 0: element \[1\]/);
  });

  test('a malformed call that is not refused, and a good one that is', () => {
    expect(statusOf({ ...right, error: 'no' }, target)).toBe(
      'failed: a malformed call was not refused; PyTorch says: no',
    );
    expect(statusOf({ ...refused, error: undefined } as unknown as OperatorCase, target)).toMatch(
      /^failed: it threw ShapeError \[E_SHAPE_MISMATCH\]/,
    );
  });
});

describe('what cannot be run', () => {
  test('is failed, not skipped', () => {
    expect(statusOf({ ...right, op: 'frobnicate' })).toBe('failed: there is no operator frobnicate');
  });

  test('is skipped where it is out of scope, with the reason', () => {
    const spectral = {
      id: 'norm',
      op: 'linalg.norm',
      tags: [],
      in: [{ t: 'f', s: [2, 2], d: [1, 0, 0, 1] }],
    };
    const [outcome] = runCases(
      { kind: 'opinfo', header: null },
      [{ ...spectral, args: [{ $t: 0 }, 'nuc'], kwargs: {} }],
      'js',
    );
    expect(outcome).toMatchObject({
      status: 'skipped',
      reasons: [expect.stringContaining('singular values')],
    });
  });

  test('an error that is no refusal does not count as one', () => {
    expect(statusOf({ ...refused, in: [null, null] })).toMatch(/^failed: it threw Error/);
  });

  test('a case that is not of its form', () => {
    const [outcome] = runCases({ kind: 'graphs', header: null }, [{ id: 'graph@own' }], 'js');
    expect(outcome).toMatchObject({ id: 'graph@own', row: 'random graph', status: 'failed' });
  });
});

describe('a file is told by what stands in it', () => {
  test('plain or compressed, with a header or without, whatever it is called', () => {
    const header = { format: 'oracle-ops-1' };
    expect(readCorpus(written('a.txt', lines(header, right)))).toMatchObject({
      kind: 'ops',
      header,
      cases: [right],
    });
    expect(readCorpus(written('b', gzipSync(lines(right, refused)))).cases).toHaveLength(2);
    expect(readCorpus(written('c.json', JSON.stringify([right, refused], null, 2))).cases).toHaveLength(2);
  });

  test.each([
    ['opinfo', { id: 'a', op: 'add', in: [], args: [], kwargs: {} }],
    ['graphs', { id: 'g', in: [], nodes: [], loss: 0 }],
    ['trajectories', { id: 't', opt: 'SGD' }],
    ['trajectories', { id: 'lr', sched: { name: 'StepLR' } }],
    ['tfjs', { id: 'x', trace: [], asserts: [] }],
  ])('as %s', (kind, line) => {
    expect(readCorpus(written(`${kind}.jsonl`, lines(line))).kind).toBe(kind);
  });

  test('or refused with a reason', () => {
    const refusal = (file: string): string => {
      try {
        readCorpus(file);
      } catch (error) {
        if (error instanceof CorpusError) return error.message.replace(folder, '');
        throw error;
      }
      return 'no error';
    };
    expect(refusal(join(folder, 'missing'))).toContain('cannot be read');
    expect(refusal(written('empty', ''))).toBe('/empty is empty');
    expect(refusal(written('broken', `${lines(right)}\n{`))).toBe('/broken is not JSON in line 2');
    expect(refusal(written('other.json', '{"name":"other"}'))).toContain('holds what is no case');
    expect(refusal(written('mixed', lines(right, { id: 'x', trace: [], asserts: [] })))).toContain('no case');
  });
});

describe('numbers are compared', () => {
  const near = { relative: 1e-3, absolute: 1e-6 };
  const differs = (found: readonly number[], expected: readonly number[]): boolean =>
    firstDifference({ data: found, shape: [found.length] }, [expected], near) !== undefined;

  test('relative to the largest magnitude of the reference, and absolutely', () => {
    expect(differs([1000.9, 0.9], [1000, 0])).toBe(false);
    expect(differs([1000, 1.1], [1000, 0])).toBe(true);
    expect(differs([1e-6], [0])).toBe(false);
    expect(differs([2e-6], [0])).toBe(true);
  });

  test('with NaN equal to itself, infinities by sign, and -0 equal to 0', () => {
    expect(differs([Number.NaN, Infinity, -0], [Number.NaN, Infinity, 0])).toBe(false);
    expect(differs([Number.NaN], [0])).toBe(true);
    expect(differs([0], [Number.NaN])).toBe(true);
    expect(differs([-Infinity], [Infinity])).toBe(true);
    expect(differs([1e300], [Infinity])).toBe(true);
    expect(differs([Infinity], [1e300])).toBe(true);
  });

  test('by number', () => {
    expect(differs([1], [1, 2])).toBe(true);
  });

  test('and may be near either of two references', () => {
    const data = [1, 2.5];
    const text = firstDifference(
      { data, shape: [2] },
      [
        [1, 2],
        [5, 2.5],
      ],
      near,
    );
    expect(text).toBeUndefined();
    expect(
      firstDifference(
        { data: [3, 2], shape: [2] },
        [
          [1, 2],
          [5, 2],
        ],
        near,
      ),
    ).toContain('expected 1 or 5');
  });

  test('as near as the class of the operator demands', () => {
    expect(toleranceOf('reshape', 'output', false)).toEqual({ relative: 0, absolute: 0 });
    expect(toleranceOf('add', 'output', false)).toEqual({ relative: 1e-6, absolute: 1e-6 });
    expect(toleranceOf('exp', 'gradient', false).relative).toBe(2e-6);
    expect(toleranceOf('nn.functional.conv2d', 'output', false).relative).toBe(5e-6);
    expect(toleranceOf('batch_norm', 'gradient', false).relative).toBe(1e-3);
    expect(toleranceOf('batch_norm', 'gradient', true).relative).toBe(1e-10);
    expect(graphTolerance(true).relative).toBe(1e-10);
  });
});

describe('the table', () => {
  const outcomes = [
    { id: 'a#1', row: 'a', status: 'passed', reasons: [] },
    { id: 'a#2', row: 'a', status: 'failed', reasons: ['one', 'two', 'three', 'four'] },
    { id: 'b#1', row: 'b', status: 'skipped', reasons: ['out of scope'] },
  ] as const;

  test('has a row for every operator, and their sum', () => {
    expect(outcomeTable(outcomes).split('\n')).toEqual([
      '       passed  failed  skipped',
      'a           1       1        ·',
      'b           ·       ·        1',
      'total       1       1        1',
    ]);
    expect(closingLine(countOutcomes(outcomes))).toBe('1 passed, 1 failed, 1 skipped');
  });

  test('is followed by the cases that failed, or by all', () => {
    expect(outcomeDetails(outcomes, false)).toBe('failed a#2\n  one\n  two\n  three\n  and 1 more');
    expect(outcomeDetails(outcomes, true).split('\n')).toHaveLength(8);
  });
});

describe('the command line', () => {
  test('is files and options', () => {
    expect(
      parseOptions(['a', '--target', 'js', '--only', 'add,mul', 'b', '--only=sub', '--verbose']),
    ).toEqual({
      files: ['a', 'b'],
      target: 'js',
      only: ['add', 'mul', 'sub'],
      verbose: true,
      help: false,
    });
    expect(parseOptions(['a']).target).toBeUndefined();
  });

  test.each([[[]], [['a', '--target', 'gpu']], [['a', '--fast']]])('refuses %j', (args) => {
    expect(() => parseOptions(args)).toThrow(OptionError);
  });

  const root = join(import.meta.dirname, '../..');
  const run = (...args: readonly string[]) => {
    const command = ['--conditions=@tapeless/source', join(root, 'conformance/index.ts'), ...args];
    const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' });
    return { status, lastLine: stdout.trimEnd().split('\n').at(-1), stdout, stderr };
  };

  test('ends with a line of counts, and with 1 where a case failed', () => {
    const good = run(written('good', lines(right, refused)), '--target', 'js');
    expect(good).toMatchObject({ status: 0, lastLine: '2 passed, 0 failed, 0 skipped' });
    const bad = run(written('bad', lines(right, { ...right, id: 'bad#1', error: 'no' })), '--target', 'wasm');
    expect(bad).toMatchObject({ status: 1, lastLine: '1 passed, 1 failed, 0 skipped' });
    expect(bad.stdout).toContain('failed bad#1\n  a malformed call was not refused; PyTorch says: no');
  });

  test('takes the target of compile, several files, and some operators', () => {
    const other = { ...right, id: 'add#1', op: 'add' };
    const { stdout, lastLine } = run(
      written('one', lines(right)),
      written('two', lines(right, other)),
      '--only',
      'mul',
    );
    expect(stdout).toContain('one on wasm');
    expect(lastLine).toBe('2 passed, 0 failed, 0 skipped');
  });

  test('runs many cases on several processors, in order', () => {
    const cases = Array.from({ length: 250 }, (_, position) => ({ ...right, id: `mul#${position}` }));
    const { stdout, lastLine } = run(
      written('many', lines(...cases)),
      '--verbose',
      '--target',
      'interpreter',
    );
    expect(lastLine).toBe('250 passed, 0 failed, 0 skipped');
    expect(stdout.match(/mul#\d+/g)).toEqual(cases.map(({ id }) => id));
  });

  test('ends with 2 and a reason where a file cannot be read or an option is unknown', () => {
    expect(run(join(folder, 'nowhere'))).toMatchObject({ status: 2, stdout: '' });
    expect(run(join(folder, 'nowhere')).stderr).toContain('nowhere cannot be read');
    expect(run('--speed')).toMatchObject({ status: 2, stdout: '' });
    expect(run('--speed').stderr).not.toContain('    at ');
  });

  test('explains itself', () => {
    expect(run('--help')).toMatchObject({ status: 0 });
    expect(run('--help').stdout).toContain('--target js');
  });

  test('is a script of the package', () => {
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    const output = execFileSync(npm, ['run', '--silent', 'conformance', '--', '--help'], { cwd: root });
    expect(output.toString()).toContain('conformance');
  });
});
