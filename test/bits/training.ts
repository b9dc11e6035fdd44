// Layers, optimizers, schedules, initialisers: declarations that are trained for two steps.
import type { Declaration } from '../../src/compiler/declaration.ts';
import type { Tensor } from '../../src/ir/node.ts';
import * as t from '../../src/index.ts';
import type { Operands } from './operands.ts';

/** Declarations by the name of the public function that they call. */
export type TrainingTable = Readonly<Record<string, (operands: Operands) => Declaration>>;

function of(output: Tensor, rest: Partial<Declaration> = {}): Declaration {
  const loss: Tensor = t.mean(t.square(output));
  return { loss, optimizer: t.sgd({ lr: 0.1 }), outputs: { output }, ...rest };
}

/** Two parameters of different shapes, of which one has vectors and a rest. */
function trained({ x, weight }: Operands, rest: Partial<Declaration>): Declaration {
  return of(t.tanh(t.linear(x, weight(5, 37), weight(5))), rest);
}

/** A sequence of three steps. */
function shortened(cube: Tensor): Tensor {
  return t.slice(cube, [null, { stop: 3 }]);
}

export const programs = {
  adadelta: (on) => trained(on, { optimizer: t.adadelta() }),
  adafactor: (on) => trained(on, { optimizer: t.adafactor() }),
  adagrad: (on) => trained(on, { optimizer: t.adagrad() }),
  adam: (on) => trained(on, { optimizer: t.adam({ lr: 0.01, amsgrad: true, weightDecay: 0.01 }) }),
  adamW: (on) => trained(on, { optimizer: t.adamW() }),
  adamax: (on) => trained(on, { optimizer: t.adamax() }),
  adjustable: (on) => trained(on, { optimizer: t.sgd({ lr: t.adjustable('lr', 0.1) }) }),
  alphaDropout: ({ x, weight }) => of(t.alphaDropout(0.4)(t.mul(x, weight(1)))),
  asgd: (on) => trained(on, { optimizer: t.asgd() }),
  batchNorm1d: ({ cube }) => of(t.batchNorm1d(7)(cube)),
  batchNorm2d: ({ image }) => of(t.batchNorm2d(4)(image)),
  batchNorm3d: ({ volume }) => of(t.batchNorm3d(4)(volume)),
  centralise: (on) => trained(on, { gradients: t.centralise() }),
  clipNorm: (on) => trained(on, { gradients: t.clipNorm(0.1) }),
  clipValue: (on) => trained(on, { gradients: t.clipValue(0.01) }),
  constantInit: ({ x }) => of(t.linear(37, 5, { weightInit: t.constantInit(3) })(t.cast(x, 'f32'))),
  constantLr: (on) => trained(on, { optimizer: t.sgd({ lr: t.constantLr(0.1) }) }),
  cosineAnnealingLr: (on) => trained(on, { optimizer: t.sgd({ lr: t.cosineAnnealingLr(0.1, { tMax: 9 }) }) }),
  cosineWarmRestartsLr: (on) =>
    trained(on, { optimizer: t.sgd({ lr: t.cosineWarmRestartsLr(0.1, { t0: 3, tMult: 2 }) }) }),
  cyclic: (on) =>
    trained(on, { optimizer: t.sgd({ lr: t.cyclic({ baseLr: 0.01, maxLr: 0.1, stepSizeUp: 2 }).lr }) }),
  dirac: ({ image }) => of(t.conv2d(4, 4, 3, { weightInit: t.dirac() })(t.cast(image, 'f32'))),
  dropout: ({ x, weight }) => of(t.dropout(0.4)(t.mul(x, weight(1)))),
  dropout1d: ({ cube, weight }) => of(t.dropout1d(0.4)(t.mul(cube, weight(1)))),
  dropout2d: ({ image, weight }) => of(t.dropout2d(0.4)(t.mul(image, weight(1)))),
  dropout3d: ({ volume, weight }) => of(t.dropout3d(0.4)(t.mul(volume, weight(1)))),
  ema: (on) => trained(on, { average: t.ema() }),
  embedding: ({ i }) => of(t.embedding(9, 5)(i)),
  exponentialLr: (on) => trained(on, { optimizer: t.sgd({ lr: t.exponentialLr(0.1, { gamma: 0.9 }) }) }),
  featureAlphaDropout: ({ image, weight }) => of(t.featureAlphaDropout(0.4)(t.mul(image, weight(1)))),
  groups: (on) => trained(on, { optimizer: t.groups([{ parameters: 'rest', optimizer: t.adam() }]) }),
  gru: ({ cube }) => of(t.gru(9, 6)(shortened(cube))),
  gruCell: ({ x }) => of(t.gruCell(37, 6)(x)),
  identity: ({ x }) => of(t.linear(37, 3)(t.identity()(x))),
  identityInit: ({ x }) => of(t.linear(37, 5, { weightInit: t.identityInit })(t.cast(x, 'f32'))),
  instanceNorm1d: ({ cube }) => of(t.instanceNorm1d(7, { affine: true })(cube)),
  instanceNorm2d: ({ image }) => of(t.instanceNorm2d(4, { affine: true })(image)),
  instanceNorm3d: ({ volume }) => of(t.instanceNorm3d(4, { affine: true })(volume)),
  kaimingNormal: ({ x }) => of(t.linear(37, 5, { weightInit: t.kaimingNormal() })(t.cast(x, 'f32'))),
  kaimingUniform: ({ x }) => of(t.linear(37, 5, { weightInit: t.kaimingUniform() })(t.cast(x, 'f32'))),
  l1: (on) => trained(on, { penalties: [t.l1(0.1)] }),
  l2: (on) => trained(on, { penalties: [t.l2(0.1)] }),
  lamb: (on) => trained(on, { optimizer: t.lamb() }),
  lambdaLr: (on) =>
    trained(on, { optimizer: t.sgd({ lr: t.lambdaLr(0.1, (time) => t.exp(t.mul(time, -0.1))) }) }),
  lecunNormal: ({ x }) => of(t.linear(37, 5, { weightInit: t.lecunNormal() })(t.cast(x, 'f32'))),
  lecunUniform: ({ x }) => of(t.linear(37, 5, { weightInit: t.lecunUniform() })(t.cast(x, 'f32'))),
  linearLr: (on) => trained(on, { optimizer: t.sgd({ lr: t.linearLr(0.1) }) }),
  lion: (on) => trained(on, { optimizer: t.lion() }),
  lstm: ({ cube }) => of(t.lstm(9, 6, { bidirectional: true })(shortened(cube))),
  lstmCell: ({ x }) => of(t.lstmCell(37, 6)(x).cell),
  multiplicativeLr: (on) =>
    trained(on, { optimizer: t.sgd({ lr: t.multiplicativeLr(0.1, (time) => t.div(1, time)) }) }),
  multiStepLr: (on) => trained(on, { optimizer: t.sgd({ lr: t.multiStepLr(0.1, { milestones: [1, 2] }) }) }),
  multiheadAttention: ({ cube }) => of(t.multiheadAttention(9, 3, { dropout: 0.1 })(cube)),
  nadam: (on) => trained(on, { optimizer: t.nadam() }),
  normal: ({ x }) => of(t.linear(37, 5, { weightInit: t.normal() })(t.cast(x, 'f32'))),
  oneCycle: (on) => trained(on, { optimizer: t.sgd({ lr: t.oneCycle({ maxLr: 0.1, totalSteps: 9 }).lr }) }),
  ones: ({ x }) => of(t.linear(37, 5, { weightInit: t.ones })(t.cast(x, 'f32'))),
  orthogonal: ({ x }) => of(t.linear(37, 5, { weightInit: t.orthogonal() })(t.cast(x, 'f32'))),
  parallel: ({ x }) => of(t.parallel([t.linear(37, 4), t.linear(37, 5)])(x)),
  perEpoch: (on) => trained(on, { optimizer: t.sgd({ lr: t.perEpoch(t.stepLr(0.1, { stepSize: 1 }), 2) }) }),
  polynomialLr: (on) => trained(on, { optimizer: t.sgd({ lr: t.polynomialLr(0.1, { power: 1.5 }) }) }),
  positionalEncoding: ({ cube }) =>
    of(
      t.linear(
        9,
        4,
      )(
        t.positionalEncoding()(
          t.slice(
            t.pad(cube, [
              [0, 0],
              [0, 0],
              [0, 1],
            ]),
            [null, null, { stop: 9 }],
          ),
        ),
      ),
    ),
  radam: (on) => trained(on, { optimizer: t.radam() }),
  randomBits: ({ x, weight }) =>
    of(t.mul(t.mul(x, weight(1)), t.cast(t.randomBits([7, 37]), x.dtype === 'f64' ? 'f64' : 'f32'))),
  randomNormal: ({ x, weight }) =>
    of(t.mul(t.mul(x, weight(1)), t.cast(t.randomNormal([7, 37]), x.dtype === 'f64' ? 'f64' : 'f32'))),
  randomUniform: ({ x, weight }) =>
    of(t.mul(t.mul(x, weight(1)), t.cast(t.randomUniform([7, 37]), x.dtype === 'f64' ? 'f64' : 'f32'))),
  residual: ({ x }) => of(t.residual(t.linear(37, 37))(x)),
  rmsprop: (on) => trained(on, { optimizer: t.rmsprop({ lr: 0.01, centered: true, momentum: 0.5 }) }),
  rnn: ({ cube }) => of(t.rnn(9, 6, { numLayers: 2, dropout: 0.2 })(shortened(cube))),
  rnnCell: ({ x }) => of(t.rnnCell(37, 6)(x)),
  rprop: (on) => trained(on, { optimizer: t.rprop() }),
  sequential: ({ x }) => of(t.sequential('net', t.linear(37, 20), t.relu(), t.linear(20, 5))(x)),
  sequentialLr: (on) =>
    trained(on, {
      optimizer: t.sgd({
        lr: t.sequentialLr([0.1, t.exponentialLr(0.1, { gamma: 0.9 })], { milestones: [1] }),
      }),
    }),
  sgd: (on) =>
    trained(on, { optimizer: t.sgd({ lr: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.01 }) }),
  sparse: ({ x }) => of(t.linear(37, 5, { weightInit: t.sparse({ sparsity: 0.3 }) })(t.cast(x, 'f32'))),
  stepCounter: ({ x, weight, dtype }) => of(t.mul(t.mul(x, weight(1)), t.cast(t.stepCounter(), dtype))),
  stepLr: (on) => trained(on, { optimizer: t.sgd({ lr: t.stepLr(0.1, { stepSize: 1 }) }) }),
  swa: (on) => trained(on, { average: t.swa() }),
  transformerEncoderLayer: ({ image }) =>
    of(t.transformerEncoderLayer(11, 1, { dimFeedforward: 13 })(t.reshape(image, [8, 9, 11]))),
  truncatedNormal: ({ x }) => of(t.linear(37, 5, { weightInit: t.truncatedNormal() })(t.cast(x, 'f32'))),
  uniform: ({ x }) => of(t.linear(37, 5, { weightInit: t.uniform() })(t.cast(x, 'f32'))),
  varianceScaling: ({ x }) => of(t.linear(37, 5, { weightInit: t.varianceScaling() })(t.cast(x, 'f32'))),
  warmUp: (on) => trained(on, { optimizer: t.sgd({ lr: t.warmUp(0.1, { steps: 5 }) }) }),
  xavierNormal: ({ x }) => of(t.linear(37, 5, { weightInit: t.xavierNormal() })(t.cast(x, 'f32'))),
  xavierUniform: ({ x }) => of(t.linear(37, 5, { weightInit: t.xavierUniform() })(t.cast(x, 'f32'))),
  zeros: ({ x }) => of(t.linear(37, 5, { weightInit: t.zeros })(t.cast(x, 'f32'))),
} satisfies TrainingTable;
