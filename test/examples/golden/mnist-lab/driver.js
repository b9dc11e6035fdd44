// tapeless 0.1.0 · mnist · batch 32 · strict · model 1b13a492 · step in 11 kernels · arena 1.7 MiB · WebAssembly

/** Where parameters and state lie, in bytes, and how much memory there has to be. State keeps its place in
    modules of other batch sizes. */
export const layout = {
  bytes: 1926928,
  state: {
    'mnist/linear1.weight': { offset: 0, dtype: 'f32', shape: [160, 784] },
    'mnist/linear1.bias': { offset: 501760, dtype: 'f32', shape: [160] },
    'mnist/linear2.weight': { offset: 502400, dtype: 'f32', shape: [10, 160] },
    'mnist/linear2.bias': { offset: 508800, dtype: 'f32', shape: [10] },
    'mnist/linear1.weight.exp_avg': { offset: 508848, dtype: 'f32', shape: [160, 784] },
    'mnist/linear1.weight.exp_avg_sq': { offset: 1010608, dtype: 'f32', shape: [160, 784] },
    'mnist/linear1.bias.exp_avg': { offset: 1512368, dtype: 'f32', shape: [160] },
    'mnist/linear1.bias.exp_avg_sq': { offset: 1513008, dtype: 'f32', shape: [160] },
    'mnist/linear2.weight.exp_avg': { offset: 1513648, dtype: 'f32', shape: [10, 160] },
    'mnist/linear2.weight.exp_avg_sq': { offset: 1520048, dtype: 'f32', shape: [10, 160] },
    'mnist/linear2.bias.exp_avg': { offset: 1526448, dtype: 'f32', shape: [10] },
    'mnist/linear2.bias.exp_avg_sq': { offset: 1526496, dtype: 'f32', shape: [10] },
    'step': { offset: 1526544, dtype: 'i32', shape: [] },
    'seed': { offset: 1526560, dtype: 'i32', shape: [] },
  },
};

/** Parameters, optimizer state and counters as arrays over the memory. */
export function state(memory) {
  return {
    'mnist/linear1.weight': new Float32Array(memory, 0, 125440),
    'mnist/linear1.bias': new Float32Array(memory, 501760, 160),
    'mnist/linear2.weight': new Float32Array(memory, 502400, 1600),
    'mnist/linear2.bias': new Float32Array(memory, 508800, 10),
    'mnist/linear1.weight.exp_avg': new Float32Array(memory, 508848, 125440),
    'mnist/linear1.weight.exp_avg_sq': new Float32Array(memory, 1010608, 125440),
    'mnist/linear1.bias.exp_avg': new Float32Array(memory, 1512368, 160),
    'mnist/linear1.bias.exp_avg_sq': new Float32Array(memory, 1513008, 160),
    'mnist/linear2.weight.exp_avg': new Float32Array(memory, 1513648, 1600),
    'mnist/linear2.weight.exp_avg_sq': new Float32Array(memory, 1520048, 1600),
    'mnist/linear2.bias.exp_avg': new Float32Array(memory, 1526448, 10),
    'mnist/linear2.bias.exp_avg_sq': new Float32Array(memory, 1526496, 10),
    'step': new Int32Array(memory, 1526544, 1),
    'seed': new Int32Array(memory, 1526560, 1),
  };
}

/** Binds initialise to memory and the instance's kernels: put a seed into state(memory).seed[0], then call run. */
export function initialise(memory, kernels) {
  const {
    initialiseStepCount,
    initialiseLinear1Weight,
    initialiseLinear1Bias,
    initialiseLinear2Weight,
    initialiseLinear2Bias,
    initialiseLinear1WeightExpAvg,
    initialiseLinear1BiasExpAvg,
    initialiseLinear2WeightExpAvg,
    initialiseLinear2BiasExpAvg,
  } = kernels;
  return {
    inputs: {},
    outputs: {},
    run() {
      initialiseStepCount();
      initialiseLinear1Weight();
      initialiseLinear1Bias();
      initialiseLinear2Weight();
      initialiseLinear2Bias();
      initialiseLinear1WeightExpAvg();
      initialiseLinear1BiasExpAvg();
      initialiseLinear2WeightExpAvg();
      initialiseLinear2BiasExpAvg();
    },
  };
}

/** Binds step to memory and the instance's kernels: fill the inputs, call run, read the outputs. */
export function step(memory, kernels) {
  const x = new Float32Array(memory, 1526576, 25088);
  const y = new Int32Array(memory, 1775920, 32);
  const loss = new Float32Array(memory, 1776048, 1);
  const accuracy = new Float32Array(memory, 1776064, 1);
  const {
    forwardDropout1,
    forwardDropout2,
    forwardLinear1,
    forwardLinear2,
    lossCrossEntropy,
    updateStepCount,
    updateLinear2Bias,
    backwardLinear2,
    updateLinear2Weight,
    updateLinear1Bias,
    updateLinear1Weight,
  } = kernels;
  return {
    inputs: { x, y },
    outputs: { loss, accuracy },
    run() {
      forwardDropout1();
      forwardDropout2();
      forwardLinear1();
      forwardLinear2();
      lossCrossEntropy();
      updateStepCount();
      updateLinear2Bias();
      backwardLinear2();
      updateLinear2Weight();
      updateLinear1Bias();
      updateLinear1Weight();
    },
  };
}

/** Binds evaluate to memory and the instance's kernels: fill the inputs, call run, read the outputs. */
export function evaluate(memory, kernels) {
  const x = new Float32Array(memory, 1526576, 25088);
  const y = new Int32Array(memory, 1648688, 32);
  const loss = new Float32Array(memory, 1626928, 1);
  const accuracy = new Float32Array(memory, 1626944, 1);
  const {
    forwardLinear1InEvaluate: forwardLinear1,
    forwardLinear2InEvaluate: forwardLinear2,
    lossCrossEntropyInEvaluate: lossCrossEntropy,
  } = kernels;
  return {
    inputs: { x, y },
    outputs: { loss, accuracy },
    run() {
      forwardLinear1();
      forwardLinear2();
      lossCrossEntropy();
    },
  };
}

/** Binds predict to memory and the instance's kernels: fill the inputs, call run, read the outputs. */
export function predict(memory, kernels) {
  const x = new Float32Array(memory, 1526576, 25088);
  const logits = new Float32Array(memory, 1647408, 320);
  const { forwardLinear1InPredict: forwardLinear1, forwardLinear2InPredict: forwardLinear2 } = kernels;
  return {
    inputs: { x },
    outputs: { logits },
    run() {
      forwardLinear1();
      forwardLinear2();
    },
  };
}
