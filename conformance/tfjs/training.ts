// What `minimize` of a trace's optimizer does: our optimizer on a session that lives from call to call.
import {
  adagrad,
  adam,
  adamax,
  add,
  compile,
  constant,
  defineLayer,
  defineOptimizer,
  div,
  lambdaLr,
  mul,
  reciprocal,
  scalar,
  sgd,
  sqrt,
  square,
  sub,
  zerosLike,
  type Optimizer,
  type Session,
  type Tensor,
} from 'tapeless';
import { feedsFor, type Bench, type FedInput } from '../execute.ts';
import type { TraceEvent } from './trace.ts';
import { refusal } from './value.ts';

export interface Numbers {
  readonly numbers: readonly number[];
  readonly shape: readonly number[];
}

export interface Training {
  /** One step from the values that variables have now: the loss before it, and the values after it. */
  step(
    variables: readonly Numbers[],
    lossOf: (parameters: readonly Tensor[]) => Tensor,
    inputs: readonly FedInput[],
  ): { readonly loss: number; readonly after: readonly Numbers[] };
}

type Arguments = readonly (number | boolean | null)[];

const number = (given: number | boolean | null | undefined, absent: number): number =>
  typeof given === 'number' ? given : absent;

/**
 * Adadelta with the running mean of the squared gradients as it was before the step: TensorFlow.js divides by that one,
 * while Zeiler, PyTorch and ours divide by the one that this gradient is part of.
 */
function laggingAdadelta(lr: number, rho: number, eps: number): Optimizer {
  return defineOptimizer({
    name: 'adadelta',
    options: { lr, rho, eps },
    update: ({ parameter, gradient, state }) => {
      const squares = state('squares', zerosLike(parameter));
      const steps = state('steps', zerosLike(parameter));
      const delta = mul(div(sqrt(add(steps, eps)), sqrt(add(squares, eps))), gradient);
      const mixed = (old: Tensor, next: Tensor): Tensor => add(mul(old, rho), mul(square(next), 1 - rho));
      return [
        { leaf: parameter, next: sub(parameter, mul(delta, lr)) },
        { leaf: squares, next: mixed(squares, gradient) },
        { leaf: steps, next: mixed(steps, delta) },
      ];
    },
  });
}

/** RMSprop with `√(v + eps)`, where PyTorch and ours have `√v + eps`, and with the rate in the momentum. */
function innerRmsprop(
  lr: number,
  decay: number,
  momentum: number,
  eps: number,
  isCentred: boolean,
): Optimizer {
  return defineOptimizer({
    name: 'rmsprop',
    options: { lr, decay, momentum, eps, isCentred },
    update: ({ parameter, gradient, state }) => {
      const squares = state('squares', zerosLike(parameter));
      const moments = state('moments', zerosLike(parameter));
      const mixed = (old: Tensor, next: Tensor): Tensor => add(mul(old, decay), mul(next, 1 - decay));
      const nextSquares = mixed(squares, square(gradient));
      const means = isCentred ? state('means', zerosLike(parameter)) : null;
      const nextMeans = means === null ? null : mixed(means, gradient);
      const spread = nextMeans === null ? nextSquares : sub(nextSquares, square(nextMeans));
      const step = div(mul(gradient, lr), sqrt(add(spread, eps)));
      const nextMoments = add(mul(moments, momentum), step);
      return [
        { leaf: parameter, next: sub(parameter, nextMoments) },
        { leaf: squares, next: nextSquares },
        { leaf: moments, next: nextMoments },
        ...(means === null || nextMeans === null ? [] : [{ leaf: means, next: nextMeans }]),
      ];
    },
  });
}

/** Optimizers by the names of their functions in TensorFlow.js, with its defaults. */
const optimizers: Readonly<Record<string, (given: Arguments) => Optimizer>> = {
  sgd: ([lr]) => sgd({ lr: number(lr, 0.01) }),
  momentum: ([lr, momentum, nesterov]) =>
    sgd({ lr: number(lr, 0.01), momentum: number(momentum, 0.9), nesterov: nesterov === true }),
  adadelta: ([lr, rho, eps]) => laggingAdadelta(number(lr, 0.001), number(rho, 0.95), number(eps, 1e-7)),
  adagrad: ([lr, initial]) =>
    adagrad({ lr: number(lr, 0.01), initialAccumulatorValue: number(initial, 0.1), eps: 1e-7 }),
  adamax: ([lr, beta1, beta2, eps, decay]) =>
    adamax({
      lr: lambdaLr(number(lr, 0.002), (step) => reciprocal(add(mul(step, number(decay, 0)), 1))),
      betas: [number(beta1, 0.9), number(beta2, 0.999)],
      eps: number(eps, 1e-7),
    }),
  rmsprop: ([lr, decay, momentum, eps, centered]) =>
    innerRmsprop(
      number(lr, 0.01),
      number(decay, 0.9),
      number(momentum, 0),
      number(eps, 1e-7),
      centered === true,
    ),
  adam: ([lr, beta1, beta2, eps]) =>
    adam({
      lr: number(lr, 0.001),
      betas: [number(beta1, 0.9), number(beta2, 0.999)],
      eps: number(eps, 1e-7),
    }),
};

/** The training of one optimizer; variables and function are those of its first call. */
export function training({ opt = '', optArgs = [] }: TraceEvent, { target, float }: Bench): Training {
  const make = optimizers[opt];
  if (make === undefined) throw refusal(`there is no optimizer ${opt}`);
  const optimizer = make(optArgs);
  let session: Session | undefined;
  let leaves: readonly Tensor[] = [];
  let loss: Tensor | undefined;
  return {
    step: (variables, lossOf, inputs) => {
      if (session === undefined || loss === undefined) {
        const made: Tensor[] = [];
        const layer = defineLayer({
          type: 'variables',
          label: 'variables',
          apply: (x, { parameter }) => {
            variables.forEach(({ numbers, shape }, position) => {
              const initial = (): Tensor => constant(numbers, shape, float);
              made.push(parameter(`value${position}`, shape, initial, float));
            });
            return x;
          },
        });
        layer(scalar(0, float));
        leaves = made;
        loss = lossOf(leaves);
        session = compile({ loss, optimizer }, { target }).start();
      }
      const nameOf = (position: number): string => `variables.value${position}`;
      const before = session.snapshot();
      const given = variables.map(({ numbers }, position) => [nameOf(position), numbers] as const);
      // Other optimizers may have changed what this one trained.
      const values = Object.fromEntries(
        given.flatMap(([name, numbers]) =>
          name in before.values ? [[name, floats(float, numbers)] as const] : [],
        ),
      );
      session.restore({ ...before, values: { ...before.values, ...values } });
      const result = session.step(feedsFor([loss], inputs));
      const parameters = session.parameters();
      return {
        loss: result.loss ?? Number.NaN,
        after: variables.map(({ numbers, shape }, position) => ({
          numbers: [...(parameters[nameOf(position)]?.data ?? numbers)],
          shape,
        })),
      };
    },
  };
}

function floats(dtype: 'f32' | 'f64', numbers: readonly number[]): Float32Array | Float64Array {
  return dtype === 'f32' ? Float32Array.from(numbers) : Float64Array.from(numbers);
}
