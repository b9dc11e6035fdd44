// tapeless 0.1.0 · iris · batch 90 · strict · model c35a045f · step in 13 kernels · arena 32.3 KiB · WebAssembly

/** Where parameters and state lie, in bytes, and how much memory there has to be. State keeps its place in
    modules of other batch sizes. */
export const layout = {
  bytes: 34640,
  state: {
    'iris/linear1.weight': { offset: 0, dtype: 'f32', shape: [30, 4] },
    'iris/linear1.bias': { offset: 480, dtype: 'f32', shape: [30] },
    'iris/linear2.weight': { offset: 608, dtype: 'f32', shape: [10, 30] },
    'iris/linear2.bias': { offset: 1808, dtype: 'f32', shape: [10] },
    'iris/linear3.weight': { offset: 1856, dtype: 'f32', shape: [3, 10] },
    'iris/linear3.bias': { offset: 1984, dtype: 'f32', shape: [3] },
    'iris/linear1.weight.exp_avg': { offset: 2000, dtype: 'f32', shape: [30, 4] },
    'iris/linear1.weight.exp_avg_sq': { offset: 2480, dtype: 'f32', shape: [30, 4] },
    'iris/linear1.bias.exp_avg': { offset: 2960, dtype: 'f32', shape: [30] },
    'iris/linear1.bias.exp_avg_sq': { offset: 3088, dtype: 'f32', shape: [30] },
    'iris/linear2.weight.exp_avg': { offset: 3216, dtype: 'f32', shape: [10, 30] },
    'iris/linear2.weight.exp_avg_sq': { offset: 4416, dtype: 'f32', shape: [10, 30] },
    'iris/linear2.bias.exp_avg': { offset: 5616, dtype: 'f32', shape: [10] },
    'iris/linear2.bias.exp_avg_sq': { offset: 5664, dtype: 'f32', shape: [10] },
    'iris/linear3.weight.exp_avg': { offset: 5712, dtype: 'f32', shape: [3, 10] },
    'iris/linear3.weight.exp_avg_sq': { offset: 5840, dtype: 'f32', shape: [3, 10] },
    'iris/linear3.bias.exp_avg': { offset: 5968, dtype: 'f32', shape: [3] },
    'iris/linear3.bias.exp_avg_sq': { offset: 5984, dtype: 'f32', shape: [3] },
    'step': { offset: 6000, dtype: 'i32', shape: [] },
    'seed': { offset: 6016, dtype: 'i32', shape: [] },
  },
};

/** Parameters, optimizer state and counters as arrays over the memory. */
export function state(memory) {
  return {
    'iris/linear1.weight': new Float32Array(memory, 0, 120),
    'iris/linear1.bias': new Float32Array(memory, 480, 30),
    'iris/linear2.weight': new Float32Array(memory, 608, 300),
    'iris/linear2.bias': new Float32Array(memory, 1808, 10),
    'iris/linear3.weight': new Float32Array(memory, 1856, 30),
    'iris/linear3.bias': new Float32Array(memory, 1984, 3),
    'iris/linear1.weight.exp_avg': new Float32Array(memory, 2000, 120),
    'iris/linear1.weight.exp_avg_sq': new Float32Array(memory, 2480, 120),
    'iris/linear1.bias.exp_avg': new Float32Array(memory, 2960, 30),
    'iris/linear1.bias.exp_avg_sq': new Float32Array(memory, 3088, 30),
    'iris/linear2.weight.exp_avg': new Float32Array(memory, 3216, 300),
    'iris/linear2.weight.exp_avg_sq': new Float32Array(memory, 4416, 300),
    'iris/linear2.bias.exp_avg': new Float32Array(memory, 5616, 10),
    'iris/linear2.bias.exp_avg_sq': new Float32Array(memory, 5664, 10),
    'iris/linear3.weight.exp_avg': new Float32Array(memory, 5712, 30),
    'iris/linear3.weight.exp_avg_sq': new Float32Array(memory, 5840, 30),
    'iris/linear3.bias.exp_avg': new Float32Array(memory, 5968, 3),
    'iris/linear3.bias.exp_avg_sq': new Float32Array(memory, 5984, 3),
    'step': new Int32Array(memory, 6000, 1),
    'seed': new Int32Array(memory, 6016, 1),
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
    initialiseLinear3Weight,
    initialiseLinear3Bias,
    initialiseLinear1WeightExpAvg,
    initialiseLinear1BiasExpAvg,
    initialiseLinear2WeightExpAvg,
    initialiseLinear2BiasExpAvg,
    initialiseLinear3WeightExpAvg,
    initialiseLinear3BiasExpAvg,
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
      initialiseLinear3Weight();
      initialiseLinear3Bias();
      initialiseLinear1WeightExpAvg();
      initialiseLinear1BiasExpAvg();
      initialiseLinear2WeightExpAvg();
      initialiseLinear2BiasExpAvg();
      initialiseLinear3WeightExpAvg();
      initialiseLinear3BiasExpAvg();
    },
  };
}

/** Binds step to memory and the instance's kernels: fill the inputs, call run, read the outputs. */
export function step(memory, kernels) {
  const x = new Float32Array(memory, 31232, 360);
  const y = new Int32Array(memory, 32672, 90);
  const loss = new Float32Array(memory, 33040, 1);
  const accuracy = new Float32Array(memory, 33056, 1);
  const {
    forwardLinear1,
    forwardLinear2,
    forwardLinear3,
    lossCrossEntropy,
    updateStepCount,
    updateLinear3Bias,
    backwardLinear3,
    updateLinear3Weight,
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
      forwardLinear1();
      forwardLinear2();
      forwardLinear3();
      lossCrossEntropy();
      updateStepCount();
      updateLinear3Bias();
      backwardLinear3();
      updateLinear3Weight();
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
  const x = new Float32Array(memory, 20432, 360);
  const y = new Int32Array(memory, 21872, 90);
  const loss = new Float32Array(memory, 7120, 1);
  const accuracy = new Float32Array(memory, 7136, 1);
  const {
    forwardLinear1InEvaluate: forwardLinear1,
    forwardLinear2InEvaluate: forwardLinear2,
    forwardLinear3InEvaluate: forwardLinear3,
    lossCrossEntropyInEvaluate: lossCrossEntropy,
  } = kernels;
  return {
    inputs: { x, y },
    outputs: { loss, accuracy },
    run() {
      forwardLinear1();
      forwardLinear2();
      forwardLinear3();
      lossCrossEntropy();
    },
  };
}

/** Binds predict to memory and the instance's kernels: fill the inputs, call run, read the outputs. */
export function predict(memory, kernels) {
  const x = new Float32Array(memory, 20432, 360);
  const logits = new Float32Array(memory, 6032, 270);
  const {
    forwardLinear1InPredict: forwardLinear1,
    forwardLinear2InPredict: forwardLinear2,
    forwardLinear3InPredict: forwardLinear3,
  } = kernels;
  return {
    inputs: { x },
    outputs: { logits },
    run() {
      forwardLinear1();
      forwardLinear2();
      forwardLinear3();
    },
  };
}
