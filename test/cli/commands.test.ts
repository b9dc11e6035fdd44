import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseNpy } from 'tapeless/data';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tapeless } from './terminal.ts';

const iris = 'test/cli/models/iris.ts';
const wider = 'test/cli/models/wider-iris.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapeless-cli-'));
  expect((await tapeless(['train', iris, '-o', join(folder, 'out'), '--no-progress'])).code).toBe(0);
});
afterAll(() => rm(folder, { recursive: true }));

const at = (name: string): string => join(folder, name);
const weights = (): string => at('out/model.safetensors');
/** JSON that a command printed, whose form each test states. */
const json = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;

describe('looking at a model', () => {
  test('summary prints layers, or inputs, outputs and parameters as JSON', async () => {
    expect((await tapeless(['summary', iris])).output).toContain('iris/linear1  linear(4, 30)   [batch, 30]');
    expect(json((await tapeless(['summary', iris, '--json'])).output)).toMatchObject({
      name: 'iris',
      inputs: [
        { name: 'x', shape: '[batch, 4]', dtype: 'f32', role: 'feature' },
        { name: 'y', shape: '[batch]', dtype: 'i32', role: 'label' },
      ],
      outputs: [{ name: 'logits', shape: '[batch, 3]' }],
      parameterCount: 493,
    });
  });

  test('takes a program that is the default export', async () => {
    expect((await tapeless(['summary', wider])).output).toContain('linear(4, 40)');
  });

  test('check feeds some rows of each part', async () => {
    const { code, output } = await tapeless(['check', iris]);
    expect(code).toBe(0);
    expect(output).toMatch(
      /train +90 +x \[90, 4\] f32, y \[90\] i32 +setosa \d+, versicolor \d+, virginica \d+/,
    );
    expect(output).toContain('model and data fit together');
    expect((await tapeless(['check', wider])).output).toContain('the file exports no data');
  });

  test('explain reports what the compiler did, of the target that is asked for', async () => {
    expect((await tapeless(['explain', iris])).output).toContain('WebAssembly with SIMD, strict, 1 thread');
    const { output } = await tapeless(['explain', iris, '--target', 'js', '--timings', '--json']);
    expect(json(output)).toMatchObject({ name: 'iris', target: 'js' });
    expect(String(json(output)['explanation'])).toContain('instantiate');
  });

  test('emit prints the code for a batch size, or writes it in the form that the file is named for', async () => {
    expect((await tapeless(['emit', iris, '--batch', '7'])).output).toContain('iris · batch 7 · strict');
    expect((await tapeless(['emit', iris, '--target', 'wat'])).output).toMatch(/^\(module/);
    const { output } = await tapeless(['emit', iris, '-o', at('kernels.wasm'), '--json']);
    expect(json(output)).toMatchObject({ target: 'wasm' });
    expect(WebAssembly.validate(await readFile(at('kernels.wasm')))).toBe(true);
    expect((await tapeless(['emit', iris, '--target', 'driver', '--json'])).output).toContain('"code"');
  });

  test('--guard names the operation that made what is no number', async () => {
    const run = [
      'train',
      iris,
      '-o',
      at('guarded'),
      '--no-progress',
      '--no-report',
      '--lr',
      '1e30',
      '--guard',
    ];
    const { code, remarks } = await tapeless(run);
    expect(code).toBe(1);
    expect(remarks).toContain('E_NOT_FINITE');
    expect(remarks).toContain('in kernel forwardLinear2');
  });

  test('diagram opens, closes and cuts out parts of the model', async () => {
    const dot = async (...options: string[]) => (await tapeless(['diagram', iris, ...options])).output;
    const plain = await dot();
    expect(await dot('--depth', '0')).not.toContain('linear(4, 30)');
    expect(await dot('--expand', 'iris/linear1')).not.toBe(plain);
    expect((await dot('--expand', 'all')).length).toBeGreaterThan(plain.length);
    expect(await dot('--activations', 'folded')).not.toBe(plain);
    expect(await dot('--scope', 'iris/linear1')).not.toContain('linear(30, 10)');
    expect((await tapeless(['diagram', iris, '--no-repeats'])).code).toBe(0);
  });

  test('diagram prints DOT, or draws it', async () => {
    expect((await tapeless(['diagram', iris, '--view', 'kernels'])).output).toMatch(/^digraph/);
    await tapeless(['diagram', iris, '-o', at('model.svg')]);
    expect(await readFile(at('model.svg'), 'utf8')).toMatch(/^<svg|^<\?xml/);
    await tapeless(['diagram', iris, '-o', at('light.png'), '--scale', '1']);
    await tapeless(['diagram', iris, '-o', at('dark.png'), '--scale', '1', '--dark']);
    const [light, dark] = [await readFile(at('light.png')), await readFile(at('dark.png'))];
    expect(light.subarray(1, 4).toString()).toBe('PNG');
    expect(dark.equals(light)).toBe(false);
  });

  test('profile prints a table, and writes a chart or a trace', async () => {
    const { output } = await tapeless(['profile', iris, '--runs', '5', '-o', at('trace.json')]);
    expect(output).toContain('forwardLinear1');
    expect(json(await readFile(at('trace.json'), 'utf8'))).toHaveProperty('traceEvents');
    await tapeless(['profile', iris, '--runs', '5', '--entry', 'predict', '-o', at('profile.svg')]);
    expect(await readFile(at('profile.svg'), 'utf8')).toContain('<svg');
    const refused = await tapeless(['profile', iris, '--target', 'interpreter']);
    expect(refused).toMatchObject({ code: 1, output: '' });
  });

  test('diff ends with 0 and nothing for equal models, with 1 and the difference for others', async () => {
    for (const view of ['model', 'code', 'explain']) {
      expect(await tapeless(['diff', iris, iris, '--view', view])).toEqual({
        code: 0,
        output: '',
        remarks: '',
      });
    }
    const { code, output } = await tapeless(['diff', iris, wider]);
    expect(code).toBe(1);
    expect(output).toContain('linear(4, 30)');
    expect(output).toContain('linear(4, 40)');
    expect((await tapeless(['diff', iris, wider], { isTTY: true })).output).toContain('\u001b[3');
    const document = json((await tapeless(['diff', iris, wider, '--json'])).output);
    expect(document).toMatchObject({ view: 'model', same: false, models: { isEqual: false } });
    expect(json((await tapeless(['diff', iris, iris, '--json'])).output)).toMatchObject({ same: true });
  });

  test('diff compares code line by line, and draws both models', async () => {
    const { code, output } = await tapeless(['diff', iris, wider, '--view', 'code', '--batch', '8']);
    expect(code).toBe(1);
    expect(output).toContain(`--- ${iris}\n+++ ${wider}\n@@ -1,`);
    expect(output).toMatch(/^[+]\/\/ tapeless .* batch 8 /m);
    expect((await tapeless(['diff', iris, wider, '-o', at('change.svg')])).code).toBe(1);
    expect(await readFile(at('change.svg'), 'utf8')).toContain('<svg');
    expect((await tapeless(['diff', iris, wider, '-o', at('x.svg'), '--view', 'code'])).code).toBe(2);
  });

  test('diff takes a copy of a model under another name and with more lines for the same', async () => {
    const source = await readFile(iris, 'utf8');
    await writeFile(join('test/cli/models', 'copy-of-iris.ts'), `// A copy.\n\n${source}`);
    try {
      expect(
        await tapeless(['diff', iris, 'test/cli/models/copy-of-iris.ts', '--view', 'code']),
      ).toMatchObject({
        code: 0,
        output: '',
      });
    } finally {
      await rm('test/cli/models/copy-of-iris.ts');
    }
  });
});

describe('train', () => {
  test('leaves weights, history, pictures, code, a report and a checkpoint', async () => {
    expect((await readdir(at('out'))).sort()).toEqual([
      'checkpoint.safetensors',
      'confusion.svg',
      'curves.svg',
      'history.json',
      'model.safetensors',
      'report.html',
      'step.js',
    ]);
    expect(json(await readFile(at('out/history.json'), 'utf8'))['epochs']).toHaveLength(25);
    expect(await readFile(at('out/report.html'), 'utf8')).toContain(`tapeless train ${iris}`);
  });

  test('writes a line an epoch on standard error, and the measures on standard output', async () => {
    const { output, remarks } = await tapeless([
      'train',
      iris,
      '-o',
      at('short'),
      '--epochs',
      '2',
      '--no-report',
    ]);
    expect(remarks.match(/^iris {2}epoch [12]\/2 /gm)).toHaveLength(2);
    expect(output).toMatch(/^iris: 2 epochs, 2 steps/);
    expect(output).toMatch(/^test +30 +\d\.\d+ +\d+\.\d%$/m);
    expect(await readdir(at('short'))).not.toContain('report.html');
  });

  test('gives one JSON document, with the options of the command line before those of the file', async () => {
    const args = [
      '--steps',
      '7',
      '--batch-size',
      '30',
      '--seed',
      '3',
      '--lr',
      '0.1',
      '--no-progress',
      '--no-report',
    ];
    const { output, remarks } = await tapeless(['train', iris, '-o', at('json'), ...args, '--json']);
    expect(remarks).toBe('');
    expect(json(output)).toMatchObject({ program: 'iris', seed: 3, steps: 7, epochs: 3, reason: 'steps' });
    const again = await tapeless(['train', iris, '-o', at('json'), ...args, '--json']);
    expect(json(again.output)['measures']).toEqual(json(output)['measures']);
  });

  test('goes on from a checkpoint with the bits of an uninterrupted run', async () => {
    const run = (...args: readonly string[]) =>
      tapeless(['train', iris, '--no-progress', '--no-report', ...args]);
    const interrupted = await run('-o', at('parts'), '--epochs', '6');
    expect(interrupted.code).toBe(0);
    await run('-o', at('parts'), '--epochs', '9', '--resume');
    await run('-o', at('whole'), '--epochs', '9');
    const [parts, whole] = [
      await readFile(at('parts/model.safetensors')),
      await readFile(at('whole/model.safetensors')),
    ];
    expect(parts.equals(whole)).toBe(true);
  });

  test('saves the run when Ctrl-C is pressed, and says how to go on', async () => {
    const args = ['train', iris, '-o', at('stopped'), '--epochs', '1000000', '--json'];
    const { code, output, remarks } = await tapeless(args, {
      onListen: (interrupt) => setTimeout(interrupt, 400),
    });
    expect(code).toBe(130);
    expect(remarks).toContain('ending at the next step');
    expect(remarks).toContain(`go on: tapeless ${args.join(' ')} --resume`);
    expect(json(output)).toMatchObject({
      reason: 'aborted',
      checkpoint: at('stopped/checkpoint.safetensors'),
    });
    expect(await readdir(at('stopped'))).toEqual(['checkpoint.safetensors']);
  });

  test('says so when Ctrl-C was pressed before there was anything to save', async () => {
    const { code, remarks } = await tapeless(['train', iris, '-o', at('early')], {
      onListen: (interrupt) => {
        interrupt();
      },
    });
    expect(code).toBe(130);
    expect(remarks).toContain('nothing was saved');
    expect(await readdir(at('early'))).toEqual([]);
  });

  test('ends at once when Ctrl-C is pressed twice', async () => {
    const { code } = await tapeless(['train', iris, '-o', at('killed')], {
      onListen: (interrupt) => {
        interrupt();
        interrupt();
      },
    });
    expect(code).toBe(130);
  });

  test('trains on rows of a file, split as it is asked for', async () => {
    const rows = Array.from({ length: 50 }, (_, row) => {
      const kind = row % 2;
      return `${kind + row / 100},${kind},0.5,${row / 50},${kind === 0 ? 'setosa' : 'virginica'}`;
    });
    await writeFile(at('rows.csv'), `a,b,c,d,kind\n${rows.join('\n')}\n`);
    const { code, output } = await tapeless([
      'train',
      iris,
      '-o',
      at('rows'),
      '--data',
      at('rows.csv'),
      '--ratios',
      '80/20',
      '--epochs',
      '1',
      '--no-progress',
      '--no-report',
    ]);
    expect(code).toBe(0);
    expect(output).toMatch(/^training +40 /m);
    expect(output).toMatch(/^validation +10 /m);
    expect(output).not.toMatch(/^test /m);
  });

  test.each([
    [['--resume', '-o', 'absent-out'], 'there is no checkpoint absent-out/checkpoint.safetensors'],
    [['-o', 'file/below'], 'file/below cannot be written to'],
    [['--data', 'absent.csv'], 'absent.csv cannot be read'],
  ])('refuses %j before it trains', async (args, message) => {
    await writeFile(at('file'), '');
    const { code, remarks } = await tapeless(['train', join(process.cwd(), iris), ...args], { folder });
    expect(code).toBe(1);
    expect(remarks).toContain(message);
  });

  test('says that a rate is compiled in, or that there is nothing to train', async () => {
    expect(
      (await tapeless(['train', wider, '--lr', '0.1', '--data', at('rows.csv'), '-o', at('x')])).remarks,
    ).toContain('the learning rate is compiled into the step');
    expect((await tapeless(['train', wider])).remarks).toContain('exports no data');
  });
});

describe('evaluate', () => {
  test('measures the part that is asked for', async () => {
    const run = async (...args: readonly string[]) =>
      json((await tapeless(['evaluate', iris, '-w', weights(), '--json', ...args])).output);
    const test = await run();
    expect(test).toMatchObject({ data: 'test', rows: 30 });
    expect(await run('--split', 'train')).toMatchObject({ data: 'train', rows: 90 });
    expect(await run('--batch-size', 'full')).toMatchObject({ rows: 30 });
    const { counts } = test['confusion'] as { counts: number[][] };
    expect(counts.flat().reduce((sum, count) => sum + count)).toBe(30);
    expect((await tapeless(['evaluate', iris, '-w', weights()])).output).toMatch(
      /^versicolor +\d+ +\d+ +\d+$/m,
    );
  });

  test('refuses weights that are not there, are none, or belong to another model', async () => {
    expect((await tapeless(['evaluate', iris, '-w', at('absent')])).remarks).toContain('tapeless train');
    expect((await tapeless(['evaluate', iris, '-w', at('out/history.json')])).remarks).toContain(
      'E_SAFETENSORS',
    );
    const { code, remarks } = await tapeless(['evaluate', wider, '-w', weights(), '--data', at('rows.csv')]);
    expect(code).toBe(1);
    expect(remarks).toContain('the weights do not fit the model');
    expect(remarks).toContain('--weights model.safetensors');
    expect(remarks).not.toContain('strict: false');
  });
});

describe('predict', () => {
  const rows = 'a,b,c,d\n5.1,3.5,1.4,0.2\n6.7,3.1,5.6,2.4\n';
  const predict = (input: string, ...args: readonly string[]) =>
    tapeless(['predict', iris, '-w', weights(), '-i', '-', ...args], { input });

  test('gives classes with probabilities, of raw rows that the model file prepares', async () => {
    const { code, output } = await predict(rows);
    expect(code).toBe(0);
    expect(output).toMatch(/^class,probability\nsetosa,(1|0\.99\d*)\nvirginica,0\.9\d*\n$/);
  });

  test('gives classes alone, all probabilities, or the scores', async () => {
    expect((await predict(rows, '--classes')).output).toBe('class\nsetosa\nvirginica\n');
    const [first] = JSON.parse((await predict(rows, '--probabilities', '--json')).output) as Record<
      string,
      number
    >[];
    expect(Object.keys(first ?? {})).toEqual(['setosa', 'versicolor', 'virginica']);
    expect(Object.values(first ?? {}).reduce((sum, value) => sum + value)).toBeCloseTo(1, 5);
    expect((await predict(rows, '--scores')).output).toMatch(/^logits\[0\],logits\[1\],logits\[2\]\n/);
  });

  test('reads what pipes and files have, and writes what the file is named for', async () => {
    const expected = (await predict(rows, '--classes')).output;
    const nested = '[[5.1, 3.5, 1.4, 0.2], [6.7, 3.1, 5.6, 2.4]]';
    expect((await predict(nested, '--format', 'json', '--classes')).output).toBe(expected);
    expect((await predict(`{"x": ${nested}}`, '--format', 'json', '--classes')).output).toBe(expected);
    const lines = '{"x": [5.1, 3.5, 1.4, 0.2]}\n{"x": [6.7, 3.1, 5.6, 2.4]}\n';
    expect((await predict(lines, '--format', 'jsonl', '--classes')).output).toBe(expected);
    expect((await predict('[5.1, 3.5, 1.4, 0.2]', '--format', 'json', '--classes')).output).toBe(
      'class\nsetosa\n',
    );
    expect((await predict(rows.replaceAll(',', ';'), '--classes')).output).toBe(expected);

    const { output, remarks } = await predict(rows, '--probabilities', '-o', at('p.npy'));
    expect(output).toBe('');
    expect(remarks).toContain('(2 rows)');
    expect(parseNpy(await readFile(at('p.npy')))).toMatchObject({ elementType: 'float32', shape: [2, 3] });
    await predict(rows, '-o', at('p.jsonl'));
    expect((await readFile(at('p.jsonl'), 'utf8')).split('\n')[0]).toMatch(
      /^\{"class":"setosa","probability":/,
    );
  });

  test('takes the columns that are named, and leaves the label out', async () => {
    const more = 'id,a,b,c,d,kind\n7,5.1,3.5,1.4,0.2,x\n';
    expect((await predict(more, '--columns', 'a,b,c,d', '--classes')).output).toBe('class\nsetosa\n');
    expect((await predict('a,b,c,d,kind\n5.1,3.5,1.4,0.2,x\n', '--label', 'kind', '--classes')).output).toBe(
      'class\nsetosa\n',
    );
  });

  test.each([
    ['', 'standard input is empty', []],
    ['a,b,c,d\n', 'there are no rows after the header', []],
    ['a,b,c\n1,2,3\n', 'has 3 feature columns (a, b, c); the input "x" takes 4', []],
    ['a,b,c,d,e\n1,2,3,4,5\n', '--columns a,b,c,d', []],
    ['a,b,c,d\n1,2,3,x\n', 'standard input:2: column "d" holds texts', []],
    ['a,b,c,d\n1,2,3,\n', 'standard input:2: column "d" has no value', []],
    ['a,b,c,d\n1,2,3\n', 'standard input:2:6: this record has 3 cell(s), expected 4', []],
    ['a,b,c,d\n1,2,3,4\n', 'has no column "aa"; it has a, b, c, d', ['--columns', 'aa,b,c,d']],
    ['[[1, 2, 3, 4], [5]]', 'values[1] is an array of 1', ['--format', 'json']],
    ['[[1, 2, 3,', 'standard input:1:11: this is not JSON', ['--format', 'json']],
    ['[{"a": 1}]', 'is a list of objects', ['--format', 'json']],
    ['3', 'standard input is 3', ['--format', 'json']],
    ['{"z": [[1]]}', 'has no array "x"; there are z', ['--format', 'json']],
    ['[[1, 2, 3]]', 'has 3 numbers a row (shape [1, 3]); the input "x" takes 4', ['--format', 'json']],
    ['hello', 'expected \\x93NUMPY', ['--format', 'npy']],
    ['hello', 'standard input', ['--format', 'png']],
  ])('refuses %j', async (input, message, args) => {
    const { code, output, remarks } = await predict(input, ...args);
    expect({ code, output }).toEqual({ code: 1, output: '' });
    expect(remarks).toContain(message);
    expect(remarks).toContain('\n\n  help: ');
  });
});
