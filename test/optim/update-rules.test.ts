import { describe, expect, test } from 'vitest';
import { linear } from '../../src/nn/linear.ts';
import { input } from '../../src/ops/leaf.ts';
import { sum } from '../../src/ops/reduce.ts';
import { adadelta } from '../../src/optim/adadelta.ts';
import { adafactor } from '../../src/optim/adafactor.ts';
import { adagrad } from '../../src/optim/adagrad.ts';
import { adam, adamW } from '../../src/optim/adam.ts';
import { adjustable } from '../../src/optim/adjustable.ts';
import { adamax } from '../../src/optim/adamax.ts';
import { asgd } from '../../src/optim/asgd.ts';
import { lamb } from '../../src/optim/lamb.ts';
import { lion } from '../../src/optim/lion.ts';
import { nadam } from '../../src/optim/nadam.ts';
import type { Optimizer } from '../../src/optim/optimizer.ts';
import { radam } from '../../src/optim/radam.ts';
import { rmsprop } from '../../src/optim/rmsprop.ts';
import { rprop } from '../../src/optim/rprop.ts';
import { exponentialLr } from '../../src/optim/schedule/decay.ts';
import { compile } from '../../src/runtime/program.ts';
import { trainParameter } from '../support/train-parameter.ts';
import { refusal } from '../support/values.ts';

const initial = [0.5, -1, 2, 0.25, 0, -0.75];
const shape = [2, 3];
const gradients = Array.from({ length: 8 }, (_, step) =>
  initial.map((__, element) => Math.sin(1.7 * step + 0.9 * element) * (1 + 0.3 * element)),
);

function expectClose(found: readonly number[] | undefined, expected: readonly number[], digits = 12): void {
  expect(found).toHaveLength(expected.length);
  expected.forEach((each, position) => {
    expect(found?.[position]).toBeCloseTo(each, digits);
  });
}

// Computed by PyTorch 1.13.1 in float64 from the gradients above; NAdam by its foreach path.
const recorded: readonly (readonly [string, Optimizer, readonly number[]])[] = [
  [
    'asgd',
    asgd(),
    [
      0.5021470202025176, -1.0045828806861243, 1.989517784017042, 0.24125622605149497, 0.0018071077053970306,
      -0.7359386745973765,
    ],
  ],
  [
    'asgd that averages from the third step on',
    asgd({ lr: 0.1, lambd: 0.02, alpha: 0.5, t0: 3, weightDecay: 0.1 }),
    [
      0.47902361999560245, -0.9471452160845587, 1.7171184935681625, 0.13721844259987617, 0.007301172296404773,
      -0.552654036896672,
    ],
  ],
  [
    'asgd uphill',
    asgd({ lr: 0.1, maximize: true }),
    [
      0.4784500636011653, -0.9540147999649352, 2.1044962392999835, 0.3373942479385022, -0.01806794958721703,
      -0.8904842438269592,
    ],
  ],
  [
    'asgd with a schedule, which it takes from the step before',
    asgd({ lr: exponentialLr(0.1, { gamma: 0.5 }), lambd: 0.5 }),
    [
      0.36618523657231183, -0.963120835096614, 1.6714568396433462, 0.28718311672918195, 0.17459691704603966,
      -0.4940102978274574,
    ],
  ],
  [
    'rprop',
    rprop({ lr: 0.05, etas: [0.3, 1.5], stepSizes: [0.02, 0.1] }),
    [0.47, -1.1425, 1.97, 0.25, 0.1025, -0.58875],
  ],
  [
    'rprop uphill',
    rprop({ maximize: true }),
    [0.50625, -0.9795, 2.0062499999999996, 0.251, -0.017499999999999998, -0.7816],
  ],
  [
    'adagrad',
    adagrad({
      lr: 0.1,
      lrDecay: 0.2,
      weightDecay: 0.1,
      initialAccumulatorValue: 0.5,
      eps: 0.01,
      maximize: true,
    }),
    [
      0.5068318905202406, -0.9048355885249053, 2.0170852547146776, 0.2754253884475712, -0.09438532792980675,
      -0.8134412727392903,
    ],
  ],
  [
    'adamax',
    adamax({ lr: 0.1, betas: [0.5, 0.6], weightDecay: 0.1, eps: 0.01, maximize: true }),
    [
      0.4104431272594866, -0.807367964772285, 1.9871348938352191, 0.2925140767955642, -0.13087052988835152,
      -0.8466795157827269,
    ],
  ],
  [
    'nadam',
    nadam({ lr: 0.1, betas: [0.8, 0.9], weightDecay: 0.1, eps: 0.01, momentumDecay: 0.1 }),
    [
      0.3744658830936565, -1.0421911001437394, 1.826166643563105, 0.15559505207226484, 0.10442646505037573,
      -0.6361023947248579,
    ],
  ],
  [
    'radam whose variance is never bounded',
    radam({ lr: 0.1, betas: [0.8, 0.7], weightDecay: 0.1, eps: 0.01 }),
    [
      0.391509993786552, -1.1149587772228367, 1.6587906516963862, 0.24018777772490962, 0.26797718673957294,
      -0.3255510956403986,
    ],
  ],
  [
    'radam that rectifies from the sixth step on',
    radam({ lr: 0.1, betas: [0.8, 0.99] }),
    [
      0.4365902951035341, -1.2009701141324431, 1.7939790701904559, 0.2393657726892414, 0.26828174516706405,
      -0.35683942233932614,
    ],
  ],
  [
    'adadelta',
    adadelta({ lr: 0.7, rho: 0.6, eps: 0.01, weightDecay: 0.1, maximize: true }),
    [
      0.3335295235230922, -0.8771375032026506, 1.955153581010685, 0.35903995736123206, -0.007337241969604061,
      -0.7955338217731858,
    ],
  ],
  [
    'rmsprop',
    rmsprop({
      lr: 0.1,
      alpha: 0.5,
      eps: 0.01,
      weightDecay: 0.1,
      momentum: 0.3,
      centered: true,
      maximize: true,
    }),
    [
      0.2953268124389931, -0.6042904409722195, 1.9461325876996298, 0.4100584850005442, -0.3610917470848,
      -0.8739402582540562,
    ],
  ],
];

describe('eight steps end where those of PyTorch do', () => {
  test.each(recorded)('%s', (_, optimizer, expected) => {
    expectClose(trainParameter(optimizer, initial, gradients, shape).values, expected);
  });

  test('the average of asgd', () => {
    const { state } = trainParameter(
      asgd({ lr: 0.1, lambd: 0.02, alpha: 0.5, t0: 3, weightDecay: 0.1 }),
      initial,
      gradients,
      shape,
    );
    expectClose(
      state['ax'],
      [
        0.4252908416728786, -1.0060879046684292, 1.7846718291771606, 0.25407619241206153, 0.12224951646843765,
        -0.5509997612813795,
      ],
    );
  });
});

/** A rule for one vector: what it does with a gradient, from step 1 on. */
type PlainRule = (parameter: number[], gradient: readonly number[], t: number) => void;

function follow(rule: PlainRule): readonly number[] {
  const values = [...initial];
  gradients.forEach((gradient, step) => rule(values, gradient, step + 1));
  return values;
}

const norm = (numbers: readonly number[]): number => Math.hypot(...numbers);
const signOf = (number: number): number => (number > 0 ? 1 : number < 0 ? -1 : 0);

describe('rules that PyTorch 1.13 does not have follow a plain implementation', () => {
  test('lion', () => {
    const momentum = initial.map(() => 0);
    const expected = follow((values, gradient) => {
      gradient.forEach((g, i) => {
        const m = momentum[i] ?? 0;
        values[i] = (values[i] ?? 0) * (1 - 0.1 * 0.2) - 0.1 * signOf(0.8 * m + 0.2 * g);
        momentum[i] = 0.7 * m + (1 - 0.7) * g;
      });
    });
    const { values, state } = trainParameter(
      lion({ lr: 0.1, betas: [0.8, 0.7], weightDecay: 0.2 }),
      initial,
      gradients,
    );
    expectClose(values, expected);
    expectClose(state['exp_avg'], momentum);
  });

  test('lamb', () => {
    const [m, v] = [initial.map(() => 0), initial.map(() => 0)];
    const expected = follow((values, gradient, t) => {
      const along = gradient.map((g, i) => {
        m[i] = 0.8 * (m[i] ?? 0) + 0.2 * g;
        v[i] = 0.9 * (v[i] ?? 0) + 0.1 * g * g;
        const adaptive = (m[i] ?? 0) / (1 - 0.8 ** t) / (Math.sqrt((v[i] ?? 0) / (1 - 0.9 ** t)) + 1e-3);
        return adaptive + 0.1 * (values[i] ?? 0);
      });
      const trust = norm(values) / norm(along);
      along.forEach((each, i) => (values[i] = (values[i] ?? 0) - 0.1 * trust * each));
    });
    const optimizer = lamb({ lr: 0.1, betas: [0.8, 0.9], eps: 1e-3, weightDecay: 0.1 });
    expectClose(trainParameter(optimizer, initial, gradients).values, expected);
  });

  test('lamb takes a plain step from zeros', () => {
    const [first = 0] = trainParameter(lamb({ lr: 0.1, eps: 0 }), [0], [[3]]).values;
    expect(first).toBeCloseTo(-0.1, 14);
  });

  test('adafactor on a matrix and on a vector', () => {
    const root = (numbers: readonly number[]): number => norm(numbers) / Math.sqrt(numbers.length);
    const [rows, columns] = [[0, 0] as number[], [0, 0, 0] as number[]];
    const variance = initial.map(() => 0);
    const step = (estimate: readonly number[], values: number[], gradient: readonly number[], t: number) => {
      const along = gradient.map((g, i) => g / Math.sqrt(Math.max(estimate[i] ?? 0, 1e-6)));
      const size = Math.max(0.01, root(values)) * Math.min(0.3, 1 / Math.sqrt(t));
      const scale = size / Math.max(1, root(along) / 0.9);
      along.forEach((each, i) => (values[i] = (values[i] ?? 0) * (1 - 0.3 * 0.1) - scale * each));
    };
    const matrix = follow((values, gradient, t) => {
      const share = t ** -0.7;
      const square = (row: number, column: number): number => (gradient[row * 3 + column] ?? 0) ** 2;
      [0, 1].forEach((row) => {
        const latest = (square(row, 0) + square(row, 1) + square(row, 2)) / 3;
        rows[row] = (rows[row] ?? 0) * (1 - share) + latest * share;
      });
      [0, 1, 2].forEach((column) => {
        const latest = (square(0, column) + square(1, column)) / 2;
        columns[column] = (columns[column] ?? 0) * (1 - share) + latest * share;
      });
      const mean = Math.max(((rows[0] ?? 0) + (rows[1] ?? 0)) / 2, 1e-3);
      const estimate = initial.map((_, i) => ((rows[Math.floor(i / 3)] ?? 0) * (columns[i % 3] ?? 0)) / mean);
      step(estimate, values, gradient, t);
    });
    const vector = follow((values, gradient, t) => {
      const share = t ** -0.7;
      gradient.forEach((g, i) => (variance[i] = (variance[i] ?? 0) * (1 - share) + g * g * share));
      step(variance, values, gradient, t);
    });
    const optimizer = adafactor({ lr: 0.3, beta2Decay: -0.7, eps: [1e-3, 0.01], d: 0.9, weightDecay: 0.1 });
    const trained = trainParameter(optimizer, initial, gradients, shape);
    expectClose(trained.values, matrix);
    expectClose(trained.state['row_var'], rows);
    expectClose(trained.state['col_var'], columns);
    expectClose(trainParameter(optimizer, initial, gradients).values, vector);
  });

  test.each<[string, (weightDecay: number) => Optimizer]>([
    ['adam', (weightDecay) => adam({ lr: 0.1, weightDecay, decoupledWeightDecay: true })],
    ['nadam', (weightDecay) => nadam({ lr: 0.1, weightDecay, decoupledWeightDecay: true })],
    ['radam', (weightDecay) => radam({ lr: 0.1, weightDecay, decoupledWeightDecay: true })],
    ['adamW', (weightDecay) => adamW({ lr: 0.1, weightDecay })],
    ['lion', (weightDecay) => lion({ lr: 0.1, weightDecay })],
    ['adafactor', (weightDecay) => adafactor({ lr: 0.1, weightDecay })],
  ])('decoupled weight decay of %s shrinks the parameter before a step that does not see it', (_, make) => {
    const [gradient = []] = gradients;
    const plain = trainParameter(make(0), initial, [gradient]).values;
    const decaying = trainParameter(make(0.5), initial, [gradient]).values;
    expectClose(
      decaying,
      plain.map((value, position) => value - 0.1 * 0.5 * (initial[position] ?? 0)),
    );
  });
});

describe('every optimizer', () => {
  const makers: readonly (readonly [string, (options: { readonly maximize: boolean }) => Optimizer])[] = [
    ['adafactor', adafactor],
    ['adagrad', adagrad],
    ['adam', adam],
    ['adamW', adamW],
    ['adamax', adamax],
    ['asgd', asgd],
    ['lamb', lamb],
    ['lion', lion],
    ['nadam', nadam],
    ['radam', radam],
    ['rprop', rprop],
  ];

  test.each(makers)('%s climbs as it descends on negated gradients', (_, make) => {
    const negated = gradients.map((gradient) => gradient.map((each) => -each));
    expect(trainParameter(make({ maximize: true }), initial, gradients, shape).values).toEqual(
      trainParameter(make({ maximize: false }), initial, negated, shape).values,
    );
  });

  const broken = [[1, Number.NaN, 1, 1, 1, 1], ...gradients.slice(1, 3)];

  test.each(makers.filter(([name]) => name !== 'lion' && name !== 'rprop'))(
    '%s shows a gradient that is no number',
    (_, make) => {
      expect(trainParameter(make({ maximize: false }), initial, broken, shape).values[1]).toBeNaN();
    },
  );

  test('asgd takes a rate that is set from outside from the next step on, as in PyTorch', () => {
    const session = compile({
      loss: sum(linear(1, 1, { bias: false })(input('x', [1, 1]))),
      optimizer: asgd({ lr: adjustable('lr', 0.5), lambd: 0 }),
    }).start();
    session.assign({ 'linear.weight': [[1]] });
    const rates = [0.25, 0.125, 0];
    const weights = rates.map((rate) => {
      session.step({ x: [[1]] });
      session.assign({ lr: rate });
      return session.parameters()['linear.weight']?.data[0];
    });
    expect(weights).toEqual([0.5, 0, -0.25]);
  });

  test.each([
    ['asgd', asgd({ lr: 0.5, lambd: 0 })],
    ['rprop', rprop({ lr: 0.5 })],
  ])('%s goes on where only the counter of steps was set', (_, optimizer) => {
    const loss = sum(linear(1, 1, { bias: false })(input('x', [1, 1])));
    const session = compile({ loss, optimizer }).start();
    session.assign({ 'linear.weight': [[1]], step: 41 });
    session.step({ x: [[1]] });
    expect(session.parameters()['linear.weight']?.data[0]).toBe(0.5);
  });

  test('rprop takes its first step from a schedule, and no other', () => {
    const scheduled = rprop({ lr: exponentialLr(0.05, { gamma: 0.5 }) });
    expect(trainParameter(scheduled, initial, gradients, shape).values).toEqual(
      trainParameter(rprop({ lr: 0.05 }), initial, gradients, shape).values,
    );
  });

  test('rprop stands still where a gradient is no number, as in PyTorch', () => {
    const { values, state } = trainParameter(
      rprop(),
      [1, 1],
      [
        [1, Number.NaN],
        [1, 1],
        [1, 2],
      ],
    );
    expectClose(values, [0.9636, 0.978]);
    expectClose(state['step_size'], [0.0144, 0.012]);
  });
});

describe('optimizers refuse', () => {
  test.each<[string, () => unknown]>([
    ['an unknown option', () => adagrad({ lrdecay: 1 } as never)],
    ['a negative lrDecay', () => adagrad({ lrDecay: -1 })],
    ['a negative first sum', () => adagrad({ initialAccumulatorValue: -1 })],
    ['a beta of 1', () => adamax({ betas: [1, 0.9] })],
    ['a negative momentum decay', () => nadam({ momentumDecay: -1 })],
    ['a negative eps', () => radam({ eps: -1 })],
    ['an infinite t0', () => asgd({ t0: Infinity })],
    ['a growth below 1', () => rprop({ etas: [0.5, 0.9] })],
    ['a largest step below the smallest', () => rprop({ stepSizes: [1, 0.1] })],
    ['a negative first step', () => rprop({ lr: -1 })],
    ['a negative weight decay', () => lion({ weightDecay: -1 })],
    ['a beta above 1', () => lamb({ betas: [0.9, 1.5] })],
    ['a decay that grows', () => adafactor({ beta2Decay: 0.1 })],
    ['a threshold of 0', () => adafactor({ d: 0 })],
    ['decoupling of what is decoupled', () => adamW({ decoupledWeightDecay: false } as never)],
  ])('%s', (_, declare) => {
    expect(refusal(declare)).toBe('DeclarationError E_OPTION');
  });
});
