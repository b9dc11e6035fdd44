import { describe, expect, test } from 'vitest';
import { printDriver } from '../../../src/emit/js/driver.ts';
import type { WasmKernel } from '../../../src/emit/wasm/artefact.ts';
import { dim } from '../../../src/ir/size.ts';
import type { Kernel } from '../../../src/kernels/kernel.ts';
import { crossEntropy } from '../../../src/nn/cross-entropy.ts';
import { linear } from '../../../src/nn/linear.ts';
import { relu } from '../../../src/nn/activation.ts';
import { sequential } from '../../../src/nn/sequential.ts';
import { mul } from '../../../src/ops/arithmetic.ts';
import { constant, input } from '../../../src/ops/leaf.ts';
import { sgd } from '../../../src/optim/sgd.ts';
import { instantiate, type Share } from '../../../src/runtime/instantiate.ts';
import { compile, type Program } from '../../../src/runtime/program.ts';

const batch = dim('batch');

function trained(name = 'x'): Program {
  const x = input(name, [batch, 4]);
  const logits = sequential('net', linear(4, 8), relu(), linear(8, 3))(mul(x, constant([1, 2, 3, 4], [4])));
  const loss = crossEntropy(logits, input('y', [batch], 'i32'));
  return compile({ loss, optimizer: sgd({ lr: 0.1 }), outputs: { logits }, sizes: { batch: 6 } });
}

/** The driver of a program for kernels of one thread, but for those that `isShared` names. */
function driverOf(
  program: Program,
  threads = 1,
  isShared: (name: string) => boolean = () => false,
  hasLaps = false,
): string {
  const { state, plans } = program.at({}).compilation;
  const kernels = new Map<Kernel, WasmKernel>();
  for (const plan of plans) {
    for (const kernel of plan.kernels) {
      const name = plan.program.name === 'step' ? kernel.name : `${plan.program.name}-${kernel.name}`;
      kernels.set(kernel, { name, isShared: isShared(kernel.name) });
    }
  }
  const title = program.name;
  return printDriver({ title, state, entries: plans, kernels, threads, bytes: 4096, hasLaps });
}

function functionNamed(name: string, driver: string): string {
  return new RegExp(`/\\*\\* Binds ${name} [\\s\\S]*?^}`, 'm').exec(driver)?.[0] ?? '';
}

/** What a run of `step` calls, as text, by a thread with a share. */
function callsOf(driver: string, share: Omit<Share, 'barrier'>): readonly string[] {
  const calls: string[] = [];
  const record = (name: string, ...arguments_: readonly number[]): void => {
    calls.push(`${name}(${arguments_.join(', ')})`);
  };
  const kernels: WebAssembly.Exports = new Proxy(
    {},
    {
      get:
        (_, name) =>
        (...arguments_: number[]) =>
          record(String(name), ...arguments_),
    },
  );
  const { layout, entries } = instantiate(driver, ['step']);
  entries['step']?.(new ArrayBuffer(layout.bytes), kernels).run({
    ...share,
    barrier: () => record('barrier'),
  });
  return calls;
}

const isShared = (name: string): boolean => /^(forward|update)Linear/.test(name);

describe('a driver', () => {
  const program = trained();

  test('has the layout and the state of the JavaScript module, and the memory that kernels need', () => {
    const [driver, { source }] = [driverOf(program), program];
    const tableOf = (text: string): string | undefined => /^ {2}state: {[\s\S]*?^ {2}}/m.exec(text)?.[0];
    const stateOf = (text: string): string | undefined => /^export function state[\s\S]*?^}/m.exec(text)?.[0];
    expect(tableOf(driver)).toBe(tableOf(source));
    expect(stateOf(driver)).toBe(stateOf(source));
    expect(driver).toContain('  bytes: 4096,');
  });

  test('binds what is fed, handed out or constant, and calls kernels in order', () => {
    expect(functionNamed('predict', driverOf(program))).toMatchInlineSnapshot(`
      "/** Binds predict to memory and the instance's kernels: fill the inputs, call run, read the outputs. */
      export function predict(memory, kernels) {
        const constant = new Float32Array(memory, 304, 4);
        constant.set([1, 2, 3, 4]);
        const x = new Float32Array(memory, 512, 24);
        const logits = new Float32Array(memory, 608, 18);
        const {
          'predict-forwardProduct': forwardProduct,
          'predict-forwardLinear1': forwardLinear1,
          'predict-forwardLinear2': forwardLinear2,
        } = kernels;
        return {
          inputs: { x },
          outputs: { logits },
          run() {
            forwardProduct();
            forwardLinear1();
            forwardLinear2();
          },
        };
      }"
    `);
  });

  test('tells a profile after every kernel with its position, and where threads have met', () => {
    const timed = (threads: number, isTeamwork: boolean): string =>
      functionNamed('predict', driverOf(program, threads, isTeamwork ? isShared : undefined, true));
    expect(/run\([\s\S]*?^ {4}},/m.exec(timed(1, false))?.[0]).toMatchInlineSnapshot(`
      "run({ lap }) {
            forwardProduct();
            lap(0);
            forwardLinear1();
            lap(1);
            forwardLinear2();
            lap(2);
          },"
    `);
    expect(/run\([\s\S]*?^ {4}},/m.exec(timed(2, true))?.[0]).toMatchInlineSnapshot(`
      "run({ from, to, barrier, lap }) {
            if (from === 0) {
              forwardProduct();
              lap(0);
            }
            barrier();
            lap(3);
            forwardLinear1(from, to);
            lap(1);
            barrier();
            lap(3);
            forwardLinear2(from, to);
            lap(2);
            barrier();
            lap(3);
          },"
    `);
  });

  test('shares kernels among threads, which meet where one needs what others wrote', () => {
    const driver = driverOf(program, 2, isShared);
    expect(driver.split('\n')[0]).toMatch(/ · WebAssembly on 2 threads$/);
    expect(functionNamed('step', driver)).toMatchInlineSnapshot(`
      "/** Binds step to memory and the instance's kernels: fill the inputs, call run, read the outputs. */
      export function step(memory, kernels) {
        const constant = new Float32Array(memory, 304, 4);
        constant.set([1, 2, 3, 4]);
        const x = new Float32Array(memory, 704, 24);
        const y = new Int32Array(memory, 976, 6);
        const loss = new Float32Array(memory, 1008, 1);
        const {
          forwardProduct,
          forwardLinear1,
          forwardLinear2,
          lossCrossEntropy,
          updateLinear2Bias,
          backwardLinear2,
          updateLinear2Weight,
          updateLinear1Bias,
          updateLinear1Weight,
          updateStepCount,
        } = kernels;
        return {
          inputs: { x, y },
          outputs: { loss },
          run({ from, to, barrier }) {
            if (from === 0) {
              forwardProduct();
            }
            barrier();
            forwardLinear1(from, to);
            barrier();
            forwardLinear2(from, to);
            barrier();
            if (from === 0) {
              lossCrossEntropy();
            }
            barrier();
            updateLinear2Bias(from, to);
            if (from === 0) {
              backwardLinear2();
            }
            barrier();
            updateLinear2Weight(from, to);
            updateLinear1Bias(from, to);
            updateLinear1Weight(from, to);
            if (from === 0) {
              updateStepCount();
            }
            barrier();
          },
        };
      }"
    `);
  });

  test('does for one thread that has every share what it does for all of them', () => {
    const driver = driverOf(program, 3, isShared);
    const alone = callsOf(driver, { from: 0, to: 3 });
    const names = (calls: readonly string[]): readonly string[] =>
      calls.map((call) => call.replace(/\(.*/, ''));
    const order =
      program.at({}).compilation.plans.find((plan) => plan.program.name === 'step')?.kernels ?? [];
    expect(names(alone).filter((name) => name !== 'barrier')).toEqual(order.map((kernel) => kernel.name));
    const first = callsOf(driver, { from: 0, to: 1 });
    expect(names(first)).toEqual(names(alone));
    const last = callsOf(driver, { from: 2, to: 3 });
    expect(last).toEqual(first.flatMap(shareOfLast));
  });

  test('has entries without shared kernels run as with one thread', () => {
    const [shared, single] = [driverOf(program, 2, isShared), driverOf(program)];
    expect(functionNamed('initialise', shared)).toBe(functionNamed('initialise', single));
  });

  const awkward = [
    'kernels',
    'from',
    'to',
    'barrier',
    'run',
    'memory',
    'forwardLinear1',
    'updateLinear2Bias',
  ];

  test.each(awkward)('finds a name for everything next to an input called %s', (name) => {
    const program = trained(name);
    const driver = driverOf(program, 2, isShared);
    const order =
      program.at({}).compilation.plans.find((plan) => plan.program.name === 'step')?.kernels ?? [];
    const calls = callsOf(driver, { from: 0, to: 2 }).filter((call) => !call.startsWith('barrier'));
    expect(calls.map((call) => call.replace(/\(.*/, ''))).toEqual(order.map((kernel) => kernel.name));
  });
});

/** What the last of three threads calls where the first calls this. */
function shareOfLast(call: string): readonly string[] {
  if (call === 'barrier()') return [call];
  return call.endsWith('(0, 1)') ? [call.replace('(0, 1)', '(2, 3)')] : [];
}
