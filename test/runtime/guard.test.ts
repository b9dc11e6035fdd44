import { describe, expect, test } from 'vitest';
import {
  compile,
  crossEntropy,
  dim,
  div,
  dropout,
  edit,
  exp,
  greater,
  input,
  linear,
  log,
  mean,
  mul,
  NumericsError,
  relu,
  sequential,
  sgd,
  sqrt,
  sub,
  where,
  type BuildOptions,
} from 'tapeless';
import { irisData } from '../../examples/iris/data.ts';
import { program as iris } from '../../examples/iris/model.ts';

const batch = dim('batch');
const targets = ['wasm', 'js', 'interpreter'] as const;

function errorOf(call: () => unknown): NumericsError {
  try {
    call();
  } catch (error) {
    if (error instanceof NumericsError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** A loss whose logarithm is of 0 for inputs of 0. */
function logOfInputs(options: BuildOptions) {
  const x = input('x', [batch, 2]);
  const net = sequential('net', linear(2, 2, { bias: false }));
  const scores = net(mul(x, 2));
  const surprise = log(mul(x, x));
  return compile({ loss: mean(mul(scores, surprise)), optimizer: sgd({ lr: 0.1 }) }, options);
}

describe.each(targets)('under guard on %s', (target) => {
  const guarded = { target, guard: true } as const;

  test('a step stops at the operation that makes an infinity, and names it with the line', () => {
    const session = logOfInputs(guarded).start({ seed: 1 });
    session.step({
      x: [
        [1, 2],
        [3, 4],
      ],
    });
    const before = session.snapshot();
    const error = errorOf(() =>
      session.step({
        x: [
          [1, 2],
          [3, 0],
        ],
      }),
    );
    expect(error.code).toBe('E_NOT_FINITE');
    expect(error.message).toContain('step 2: log makes -Infinity at [1, 1], in 1 of 4 elements');
    expect(error.message).toMatch(/guard\.test\.ts:\d+ +const surprise = log\(mul\(x, x\)\);/);
    expect(error.message).toContain('reads f32 [2, 2] from 0 to 9');
    expect(error.spans[0]?.file).toMatch(/guard\.test\.ts$/);
    expect(session.snapshot()).toEqual(before);
    session.step({
      x: [
        [1, 2],
        [3, 4],
      ],
    });
    expect(session.steps).toBe(2);
  });

  test('gradients are looked at, too', () => {
    const x = input('x', [batch, 2]);
    const hidden = linear(2, 2, { bias: false, name: 'hidden' })(x);
    // Both are 0 where x is; the root has no derivative there.
    const loss = mean(sqrt(mul(hidden, hidden)));
    const session = compile({ loss, optimizer: sgd({ lr: 0.1 }) }, guarded).start();
    const before = session.snapshot();
    expect(session.evaluate({ x: [[0, 0]] }).loss).toBe(0);
    const { message } = errorOf(() => session.step({ x: [[0, 0]] }));
    expect(message).toMatch(/^step 1(, in the gradients)?: \S+ makes (NaN|Infinity) at \[0, 0\]/);
    expect(message).toContain('guard.test.ts');
    expect(session.snapshot()).toEqual(before);
  });

  test('nothing is different while all numbers are finite', () => {
    const { x, y } = irisData().train.columns;
    const [watched, free] = [guarded, { target } as const].map((options) =>
      edit(iris, () => undefined, options).start({ seed: 3 }),
    );
    for (let step = 0; step < 3; step++) {
      expect(watched?.step({ x, y })).toEqual(free?.step({ x, y }));
    }
    expect(watched?.snapshot()).toEqual(free?.snapshot());
    expect(watched?.fingerprint).toBe(free?.fingerprint);
    expect(watched?.evaluate({ x, y })).toEqual(free?.evaluate({ x, y }));
    expect(watched?.predict({ x })).toEqual(free?.predict({ x }));
  });

  test('a prediction is looked at', () => {
    const x = input('x', [batch]);
    const session = compile({ outputs: { ratio: div(1, x) } }, guarded).start();
    expect(errorOf(() => session.predict({ x: [1, 0] })).message).toContain(
      'predict: div makes Infinity at [1]',
    );
  });

  test("'nan' lets infinities pass, and stops where they become NaN", () => {
    const x = input('x', [batch]);
    const large = exp(x);
    const session = compile({ outputs: { large, gap: sub(large, large) } }, { target, guard: 'nan' }).start();
    expect(session.predict({ x: [0] }).large?.data[0]).toBe(1);
    const { message } = errorOf(() => session.predict({ x: [0, 1000] }));
    expect(message).toContain('sub makes NaN at [1], in 1 of 2 elements');
  });
});

/** The logarithm of a negative number is made, and not chosen. */
function chosenLog(options: BuildOptions) {
  const hidden = linear(2, 3)(input('x', [batch, 2]));
  const loss = mean(where(greater(hidden, 0), log(hidden), 0));
  return compile({ loss, outputs: { all: log(hidden) }, optimizer: sgd({ lr: 0.1 }) }, options).start();
}

describe('what nothing follows from', () => {
  const feeds = { x: [[-1, -2]] };

  test('passes inside a kernel, and in outputs that a step does not compute', () => {
    const session = chosenLog({ guard: true });
    expect(session.step(feeds).loss).toBeTypeOf('number');
    expect(errorOf(() => session.predict(feeds)).message).toContain('predict: log makes NaN');
  });

  test('does not pass the interpreter, which has no kernels', () => {
    const session = chosenLog({ guard: true, target: 'interpreter' });
    expect(errorOf(() => session.step(feeds)).message).toContain('step 1: log makes NaN');
  });
});

/** NaN of a logarithm that no result holds: it is compared, and nothing else. */
function comparedLogarithm(target: (typeof targets)[number]) {
  const x = input('x', [batch, 2]);
  const scores = linear(2, 2, { bias: false })(x);
  const loss = mean(where(greater(log(x), 0), scores, mul(scores, 2)));
  return compile({ loss, optimizer: sgd({ lr: 0.1 }) }, { target, guard: true }).start({ seed: 1 });
}

test('a NaN that is only compared is seen where every operation is looked at, on the interpreter', () => {
  const feeds = { x: [[-1, 2]] };
  expect(errorOf(() => comparedLogarithm('interpreter').step(feeds)).message).toContain(
    'step 1: log makes NaN at [0, 0], in 1 of 2 elements',
  );
  for (const target of ['wasm', 'js'] as const) {
    expect(Number.isFinite(comparedLogarithm(target).step(feeds).loss)).toBe(true);
  }
});

test('a kernel that writes over what it reads is found out all the same', () => {
  const x = input('x', [batch, 2]);
  const net = sequential('net', linear(2, 2), relu(), dropout(0.5), linear(2, 3));
  const loss = crossEntropy(net(x), input('y', [batch], 'i32'));
  const session = compile({ loss, optimizer: sgd({ lr: 1e30, momentum: 0.9 }) }, { guard: true }).start();
  const feeds = {
    x: [
      [1, 2],
      [-1, 0.5],
    ],
    y: [0, 2],
  };
  const messages: string[] = [];
  for (let step = 0; step < 5 && messages.length === 0; step++) {
    const before = session.snapshot();
    try {
      session.step(feeds);
    } catch (error) {
      messages.push(String(error));
      expect(session.snapshot()).toEqual(before);
    }
  }
  expect(messages[0]).toMatch(/NumericsError \[E_NOT_FINITE\] step \d.*: \S+ makes (NaN|-?Infinity)/);
  expect(messages[0]).toMatch(/in kernel \w+:/);
});

test('parameters that were set to something that is not finite are named', () => {
  const session = logOfInputs({ guard: true }).start();
  session.assign({ 'net/linear1.weight': Float32Array.of(1, Number.NaN, 3, 4) });
  expect(errorOf(() => session.step({ x: [[1, 2]] })).message).toContain(
    'step 1: "net/linear1.weight" holds NaN at [1], in 1 of 4 elements before it begins',
  );
});

test('feeds have to be finite', () => {
  const session = logOfInputs({ guard: true }).start();
  expect(() => session.step({ x: [[Number.NaN, 2]] })).toThrow('NaN');
});

test('what is no guard is refused', () => {
  const guard: unknown = 'inf';
  expect(() => logOfInputs({ guard } as BuildOptions)).toThrow(
    `guard is "inf", it has to be true, false or 'nan'`,
  );
});
