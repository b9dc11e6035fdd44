// tapeless 0.1.0 · mnist · batch 32 · strict · model 1b13a492 · step in 11 kernels · arena 1.7 MiB

const { abs, floor, fround, max, sqrt } = Math;

// What kernels gather in; nothing is kept in them from one kernel to the next.
const sums = new Float32Array(784);
const crossEntropySumLanes = new Float32Array(8);
const accuracySumLanes = new Float32Array(8);

function initialiseStepCount(stepCount) {
  stepCount[0] = 0;
}

/** mnist/linear1: linear(784, 160)  model.ts:20 */
function initialiseLinear1Weight(seed, linear1Weight) {
  const seedValue = seed[0];
  for (let i = 0; i < 125440; i++) {
    const product = fround(uniformFromBits(threefryFirst(seedValue, -1895704556, i, 0)) * fround(0.071428575));
    linear1Weight[i] = product - fround(0.035714287);
  }
}

/** mnist/linear1: linear(784, 160)  model.ts:20 */
function initialiseLinear1Bias(seed, linear1Bias) {
  const seedValue = seed[0];
  for (let i = 0; i < 160; i++) {
    const product = fround(uniformFromBits(threefryFirst(seedValue, 787823241, i, 0)) * fround(0.071428575));
    linear1Bias[i] = product - fround(0.035714287);
  }
}

/** mnist/linear2: linear(160, 10)  model.ts:20 */
function initialiseLinear2Weight(seed, linear2Weight) {
  const seedValue = seed[0];
  for (let i = 0; i < 1600; i++) {
    const product = fround(uniformFromBits(threefryFirst(seedValue, 741115663, i, 0)) * fround(0.15811388));
    linear2Weight[i] = product - fround(0.07905694);
  }
}

/** mnist/linear2: linear(160, 10)  model.ts:20 */
function initialiseLinear2Bias(seed, linear2Bias) {
  const seedValue = seed[0];
  for (let i = 0; i < 10; i++) {
    const product = fround(uniformFromBits(threefryFirst(seedValue, -1370411110, i, 0)) * fround(0.15811388));
    linear2Bias[i] = product - fround(0.07905694);
  }
}

/** adamW  model.ts:25 */
function initialiseLinear1WeightExpAvg(linear1WeightExpAvg, linear1WeightExpAvgSq) {
  for (let i = 0; i < 125440; i++) {
    linear1WeightExpAvg[i] = 0;
    linear1WeightExpAvgSq[i] = 0;
  }
}

/** adamW  model.ts:25 */
function initialiseLinear1BiasExpAvg(linear1BiasExpAvg, linear1BiasExpAvgSq) {
  for (let i = 0; i < 160; i++) {
    linear1BiasExpAvg[i] = 0;
    linear1BiasExpAvgSq[i] = 0;
  }
}

/** adamW  model.ts:25 */
function initialiseLinear2WeightExpAvg(linear2WeightExpAvg, linear2WeightExpAvgSq) {
  for (let i = 0; i < 1600; i++) {
    linear2WeightExpAvg[i] = 0;
    linear2WeightExpAvgSq[i] = 0;
  }
}

/** adamW  model.ts:25 */
function initialiseLinear2BiasExpAvg(linear2BiasExpAvg, linear2BiasExpAvgSq) {
  for (let i = 0; i < 10; i++) {
    linear2BiasExpAvg[i] = 0;
    linear2BiasExpAvgSq[i] = 0;
  }
}

/**
 * dropout1 = where(randomBits(seed, -219921787, stepCount) ≥ -1288490189, (x * 1.25), 0)
 * mnist/dropout1: dropout(0.2)  model.ts:20
 */
function forwardDropout1(seed, stepCount, x, dropout1) {
  const seedValue = seed[0];
  const stepCountValue = stepCount[0];
  for (let i = 0; i < 25088; i++) {
    const condition = threefryFirst(seedValue, -219921787, i, stepCountValue) >= -1288490189;
    dropout1[i] = condition ? fround(x[i] * 1.25) : 0;
  }
}

/**
 * dropout2Mask = randomBits(seed, -270254644, stepCount) ≥ 0
 * mnist/dropout2: dropout(0.5)  model.ts:20
 */
function forwardDropout2(seed, stepCount, dropout2Mask) {
  const seedValue = seed[0];
  const stepCountValue = stepCount[0];
  for (let i = 0; i < 5120; i++) {
    dropout2Mask[i] = threefryFirst(seedValue, -270254644, i, stepCountValue) >= 0 ? 1 : 0;
  }
}

/**
 * relu1 = relu(dropout1 · linear1Weightᵀ + linear1Bias)
 * dropout2 = where(dropout2Mask, (relu1 * 2), 0)
 * mnist/linear1: linear(784, 160), mnist/relu1: relu(), mnist/dropout2: dropout(0.5)  model.ts:20
 */
function forwardLinear1(dropout1, linear1Weight, linear1Bias, dropout2Mask, relu1, dropout2) {
  for (let row = 0; row < 32; row++) {
    for (let column = 0; column < 160; column++) sums[column] = linear1Bias[column];
    for (let k = 0; k < 784; k++) {
      const factor = dropout1[row * 784 + k];
      for (let column = 0; column < 160; column++) {
        sums[column] += fround(factor * linear1Weight[column * 784 + k]);
      }
    }
    for (let column = 0; column < 160; column++) {
      const sum = sums[column];
      const at = row * 160 + column;
      const rectified = sum <= 0 ? 0 : sum;
      relu1[at] = rectified;
      dropout2[at] = dropout2Mask[at] !== 0 ? fround(rectified * 2) : 0;
    }
  }
}

/**
 * logits = dropout2 · linear2Weightᵀ + linear2Bias
 * mnist/linear2: linear(160, 10)  model.ts:20
 */
function forwardLinear2(dropout2, linear2Weight, linear2Bias, logits) {
  for (let row = 0; row < 32; row++) {
    for (let column = 0; column < 10; column++) sums[column] = linear2Bias[column];
    for (let k = 0; k < 160; k++) {
      const factor = dropout2[row * 160 + k];
      for (let column = 0; column < 10; column++) {
        sums[column] += fround(factor * linear2Weight[column * 160 + k]);
      }
    }
    for (let column = 0; column < 10; column++) {
      const sum = sums[column];
      logits[row * 10 + column] = sum;
    }
  }
}

/**
 * crossEntropyGradient = gradient that crossEntropy hands back
 * loss = crossEntropy(logits, y)
 * accuracy = sum(f32(argmax(logits) = y)) / 32
 * crossEntropy  model.ts:24
 * accuracy  model.ts:27
 */
function lossCrossEntropy(logits, y, crossEntropyGradient, loss, accuracy, exponentialRow) {
  crossEntropySumLanes.fill(0);
  accuracySumLanes.fill(0);
  for (let row = 0; row < 32; row++) {
    let position = 0;
    let best = -Infinity;
    let largest = -Infinity;
    for (let column = 0; column < 10; column++) {
      const logitsValue = logits[row * 10 + column];
      const condition = logitsValue > best || (logitsValue !== logitsValue && best === best);
      largest = max(largest, logitsValue);
      position = condition ? column : position;
      best = condition ? logitsValue : best;
    }
    let sum = 0;
    for (let column = 0; column < 10; column++) {
      const exponential = exp(fround(logits[row * 10 + column] - largest));
      exponentialRow[column] = exponential;
      sum = fround(sum + exponential);
    }
    const quotient = fround(0.03125 / sum);
    const yValue = y[row];
    for (let column = 0; column < 10; column++) {
      crossEntropyGradient[row * 10 + column] = (column === yValue ? -0.03125 : 0) + fround(quotient * exponentialRow[column]);
    }
    crossEntropySumLanes[row & 7] += -fround(fround(logits[row * 10 + yValue] - largest) - log(sum));
    accuracySumLanes[row & 7] += position === yValue ? 1 : 0;
  }
  const crossEntropySum = sumOfLanes(crossEntropySumLanes);
  const accuracySum = sumOfLanes(accuracySumLanes);
  loss[0] = crossEntropySum / 32;
  accuracy[0] = accuracySum / 32;
}

/**
 * adamWStepSize = f32(0.0015 / (1 - pow(0.9, f64(stepCount + 1))))
 * adamWCorrection = f32(1 / sqrt(1 - pow(0.999, f64(stepCount + 1))))
 * updates stepCount
 * adamW  model.ts:25
 */
function updateStepCount(stepCount, adamWStepSize, adamWCorrection) {
  const nextStep = (stepCount[0] + 1) | 0;
  const converted = nextStep;
  stepCount[0] = nextStep;
  adamWStepSize[0] = 0.0015 / (1 - pow64(0.9, converted));
  adamWCorrection[0] = 1 / sqrt(1 - pow64(0.999, converted));
}

/**
 * gradient = sum(crossEntropyGradient, axis 0)
 * updates linear2BiasExpAvg, linear2BiasExpAvgSq, linear2Bias
 * adamW  model.ts:25
 * mnist/linear2: linear(160, 10)  model.ts:20
 */
function updateLinear2Bias(
  adamWStepSize,
  adamWCorrection,
  crossEntropyGradient,
  linear2BiasExpAvg,
  linear2BiasExpAvgSq,
  linear2Bias,
) {
  const adamWStepSizeValue = adamWStepSize[0];
  const adamWCorrectionValue = adamWCorrection[0];
  for (let column = 0; column < 10; column++) {
    let sum = 0;
    for (let row = 0; row < 32; row++) sum = fround(sum + crossEntropyGradient[row * 10 + column]);
    const nextExpAvg = fround(fround(linear2BiasExpAvg[column] * fround(0.9)) + fround(sum * fround(0.1)));
    const nextExpAvgSq = fround(fround(linear2BiasExpAvgSq[column] * fround(0.999)) + fround(fround(sum * fround(0.001)) * sum));
    linear2BiasExpAvg[column] = nextExpAvg;
    linear2BiasExpAvgSq[column] = nextExpAvgSq;
    const total = fround(fround(fround(sqrt(nextExpAvgSq)) * adamWCorrectionValue) + fround(1e-8));
    const quotient = fround(fround(nextExpAvg * adamWStepSizeValue) / total);
    linear2Bias[column] = fround(linear2Bias[column] * fround(0.99925)) - quotient;
  }
}

/**
 * relu1Gradient = gradient that relu1 hands back
 * mnist/relu1: relu(), mnist/linear2: linear(160, 10), mnist/dropout2: dropout(0.5)  model.ts:20
 */
function backwardLinear2(crossEntropyGradient, linear2Weight, relu1, dropout2Mask, relu1Gradient) {
  for (let row = 0; row < 32; row++) {
    for (let column = 0; column < 160; column++) sums[column] = 0;
    for (let k = 0; k < 10; k++) {
      const factor = crossEntropyGradient[row * 10 + k];
      for (let column = 0; column < 160; column++) {
        sums[column] += fround(factor * linear2Weight[k * 160 + column]);
      }
    }
    for (let column = 0; column < 160; column++) {
      const sum = sums[column];
      const at = row * 160 + column;
      relu1Gradient[at] = relu1[at] <= 0 ? 0 : fround((dropout2Mask[at] !== 0 ? sum : 0) * 2);
    }
  }
}

/**
 * gradient = crossEntropyGradientᵀ · dropout2
 * updates linear2WeightExpAvg, linear2WeightExpAvgSq, linear2Weight
 * adamW  model.ts:25
 * mnist/linear2: linear(160, 10)  model.ts:20
 */
function updateLinear2Weight(
  adamWStepSize,
  adamWCorrection,
  crossEntropyGradient,
  dropout2,
  linear2WeightExpAvg,
  linear2WeightExpAvgSq,
  linear2Weight,
) {
  const adamWStepSizeValue = adamWStepSize[0];
  const adamWCorrectionValue = adamWCorrection[0];
  for (let row = 0; row < 10; row++) {
    for (let column = 0; column < 160; column++) sums[column] = 0;
    for (let k = 0; k < 32; k++) {
      const factor = crossEntropyGradient[k * 10 + row];
      for (let column = 0; column < 160; column++) {
        sums[column] += fround(factor * dropout2[k * 160 + column]);
      }
    }
    for (let column = 0; column < 160; column++) {
      const sum = sums[column];
      const at = row * 160 + column;
      const nextExpAvg = fround(fround(linear2WeightExpAvg[at] * fround(0.9)) + fround(sum * fround(0.1)));
      const nextExpAvgSq = fround(fround(linear2WeightExpAvgSq[at] * fround(0.999)) + fround(fround(sum * fround(0.001)) * sum));
      linear2WeightExpAvg[at] = nextExpAvg;
      linear2WeightExpAvgSq[at] = nextExpAvgSq;
      const total = fround(fround(fround(sqrt(nextExpAvgSq)) * adamWCorrectionValue) + fround(1e-8));
      const quotient = fround(fround(nextExpAvg * adamWStepSizeValue) / total);
      linear2Weight[at] = fround(linear2Weight[at] * fround(0.99925)) - quotient;
    }
  }
}

/**
 * gradient = sum(relu1Gradient, axis 0)
 * updates linear1BiasExpAvg, linear1BiasExpAvgSq, linear1Bias
 * adamW  model.ts:25
 * mnist/linear1: linear(784, 160)  model.ts:20
 */
function updateLinear1Bias(
  adamWStepSize,
  adamWCorrection,
  relu1Gradient,
  linear1BiasExpAvg,
  linear1BiasExpAvgSq,
  linear1Bias,
) {
  const adamWStepSizeValue = adamWStepSize[0];
  const adamWCorrectionValue = adamWCorrection[0];
  for (let column = 0; column < 160; column++) {
    let sum = 0;
    for (let row = 0; row < 32; row++) sum = fround(sum + relu1Gradient[row * 160 + column]);
    const nextExpAvg = fround(fround(linear1BiasExpAvg[column] * fround(0.9)) + fround(sum * fround(0.1)));
    const nextExpAvgSq = fround(fround(linear1BiasExpAvgSq[column] * fround(0.999)) + fround(fround(sum * fround(0.001)) * sum));
    linear1BiasExpAvg[column] = nextExpAvg;
    linear1BiasExpAvgSq[column] = nextExpAvgSq;
    const total = fround(fround(fround(sqrt(nextExpAvgSq)) * adamWCorrectionValue) + fround(1e-8));
    const quotient = fround(fround(nextExpAvg * adamWStepSizeValue) / total);
    linear1Bias[column] = fround(linear1Bias[column] * fround(0.99925)) - quotient;
  }
}

/**
 * gradient = relu1Gradientᵀ · dropout1
 * updates linear1WeightExpAvg, linear1WeightExpAvgSq, linear1Weight
 * adamW  model.ts:25
 * mnist/linear1: linear(784, 160)  model.ts:20
 */
function updateLinear1Weight(
  adamWStepSize,
  adamWCorrection,
  relu1Gradient,
  dropout1,
  linear1WeightExpAvg,
  linear1WeightExpAvgSq,
  linear1Weight,
) {
  const adamWStepSizeValue = adamWStepSize[0];
  const adamWCorrectionValue = adamWCorrection[0];
  for (let row = 0; row < 160; row++) {
    for (let column = 0; column < 784; column++) sums[column] = 0;
    for (let k = 0; k < 32; k++) {
      const factor = relu1Gradient[k * 160 + row];
      for (let column = 0; column < 784; column++) {
        sums[column] += fround(factor * dropout1[k * 784 + column]);
      }
    }
    for (let column = 0; column < 784; column++) {
      const sum = sums[column];
      const at = row * 784 + column;
      const nextExpAvg = fround(fround(linear1WeightExpAvg[at] * fround(0.9)) + fround(sum * fround(0.1)));
      const nextExpAvgSq = fround(fround(linear1WeightExpAvgSq[at] * fround(0.999)) + fround(fround(sum * fround(0.001)) * sum));
      linear1WeightExpAvg[at] = nextExpAvg;
      linear1WeightExpAvgSq[at] = nextExpAvgSq;
      const total = fround(fround(fround(sqrt(nextExpAvgSq)) * adamWCorrectionValue) + fround(1e-8));
      const quotient = fround(fround(nextExpAvg * adamWStepSizeValue) / total);
      linear1Weight[at] = fround(linear1Weight[at] * fround(0.99925)) - quotient;
    }
  }
}

/**
 * relu1 = relu(x · linear1Weightᵀ + linear1Bias)
 * mnist/linear1: linear(784, 160), mnist/relu1: relu()  model.ts:20
 */
function forwardLinear1InEvaluate(x, linear1Weight, linear1Bias, relu1) {
  for (let row = 0; row < 32; row++) {
    for (let column = 0; column < 160; column++) sums[column] = linear1Bias[column];
    for (let k = 0; k < 784; k++) {
      const factor = x[row * 784 + k];
      for (let column = 0; column < 160; column++) {
        sums[column] += fround(factor * linear1Weight[column * 784 + k]);
      }
    }
    for (let column = 0; column < 160; column++) {
      const sum = sums[column];
      relu1[row * 160 + column] = sum <= 0 ? 0 : sum;
    }
  }
}

/**
 * logits = relu1 · linear2Weightᵀ + linear2Bias
 * mnist/linear2: linear(160, 10)  model.ts:20
 */
function forwardLinear2InEvaluate(relu1, linear2Weight, linear2Bias, logits) {
  for (let row = 0; row < 32; row++) {
    for (let column = 0; column < 10; column++) sums[column] = linear2Bias[column];
    for (let k = 0; k < 160; k++) {
      const factor = relu1[row * 160 + k];
      for (let column = 0; column < 10; column++) {
        sums[column] += fround(factor * linear2Weight[column * 160 + k]);
      }
    }
    for (let column = 0; column < 10; column++) {
      const sum = sums[column];
      logits[row * 10 + column] = sum;
    }
  }
}

/**
 * loss = crossEntropy(logits, y)
 * accuracy = sum(f32(argmax(logits) = y)) / 32
 * crossEntropy  model.ts:24
 * accuracy  model.ts:27
 */
function lossCrossEntropyInEvaluate(logits, y, loss, accuracy) {
  crossEntropySumLanes.fill(0);
  accuracySumLanes.fill(0);
  for (let row = 0; row < 32; row++) {
    let position = 0;
    let best = -Infinity;
    let largest = -Infinity;
    for (let column = 0; column < 10; column++) {
      const logitsValue = logits[row * 10 + column];
      const condition = logitsValue > best || (logitsValue !== logitsValue && best === best);
      largest = max(largest, logitsValue);
      position = condition ? column : position;
      best = condition ? logitsValue : best;
    }
    let sum = 0;
    for (let column = 0; column < 10; column++) {
      sum = fround(sum + exp(fround(logits[row * 10 + column] - largest)));
    }
    const yValue = y[row];
    crossEntropySumLanes[row & 7] += -fround(fround(logits[row * 10 + yValue] - largest) - log(sum));
    accuracySumLanes[row & 7] += position === yValue ? 1 : 0;
  }
  const crossEntropySum = sumOfLanes(crossEntropySumLanes);
  const accuracySum = sumOfLanes(accuracySumLanes);
  loss[0] = crossEntropySum / 32;
  accuracy[0] = accuracySum / 32;
}

/** Where parameters and state lie, in bytes, and how much memory there has to be. State keeps its place in
    modules of other batch sizes. */
export const layout = {
  bytes: 1776080,
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

/** Binds initialise to memory: put a seed into state(memory).seed[0], then call run. */
export function initialise(memory) {
  const stepCount = new Int32Array(memory, 1526544, 1);
  const seed = new Int32Array(memory, 1526560, 1);
  const linear1Weight = new Float32Array(memory, 0, 125440);
  const linear1Bias = new Float32Array(memory, 501760, 160);
  const linear2Weight = new Float32Array(memory, 502400, 1600);
  const linear2Bias = new Float32Array(memory, 508800, 10);
  const linear1WeightExpAvg = new Float32Array(memory, 508848, 125440);
  const linear1WeightExpAvgSq = new Float32Array(memory, 1010608, 125440);
  const linear1BiasExpAvg = new Float32Array(memory, 1512368, 160);
  const linear1BiasExpAvgSq = new Float32Array(memory, 1513008, 160);
  const linear2WeightExpAvg = new Float32Array(memory, 1513648, 1600);
  const linear2WeightExpAvgSq = new Float32Array(memory, 1520048, 1600);
  const linear2BiasExpAvg = new Float32Array(memory, 1526448, 10);
  const linear2BiasExpAvgSq = new Float32Array(memory, 1526496, 10);
  return {
    inputs: {},
    outputs: {},
    run() {
      initialiseStepCount(stepCount);
      initialiseLinear1Weight(seed, linear1Weight);
      initialiseLinear1Bias(seed, linear1Bias);
      initialiseLinear2Weight(seed, linear2Weight);
      initialiseLinear2Bias(seed, linear2Bias);
      initialiseLinear1WeightExpAvg(linear1WeightExpAvg, linear1WeightExpAvgSq);
      initialiseLinear1BiasExpAvg(linear1BiasExpAvg, linear1BiasExpAvgSq);
      initialiseLinear2WeightExpAvg(linear2WeightExpAvg, linear2WeightExpAvgSq);
      initialiseLinear2BiasExpAvg(linear2BiasExpAvg, linear2BiasExpAvgSq);
    },
  };
}

/** Binds step to memory: fill the inputs, call run, read the outputs. */
export function step(memory) {
  const seed = new Int32Array(memory, 1526560, 1);
  const stepCount = new Int32Array(memory, 1526544, 1);
  const linear1Weight = new Float32Array(memory, 0, 125440);
  const linear1Bias = new Float32Array(memory, 501760, 160);
  const linear2Weight = new Float32Array(memory, 502400, 1600);
  const linear2Bias = new Float32Array(memory, 508800, 10);
  const linear2BiasExpAvg = new Float32Array(memory, 1526448, 10);
  const linear2BiasExpAvgSq = new Float32Array(memory, 1526496, 10);
  const linear2WeightExpAvg = new Float32Array(memory, 1513648, 1600);
  const linear2WeightExpAvgSq = new Float32Array(memory, 1520048, 1600);
  const linear1BiasExpAvg = new Float32Array(memory, 1512368, 160);
  const linear1BiasExpAvgSq = new Float32Array(memory, 1513008, 160);
  const linear1WeightExpAvg = new Float32Array(memory, 508848, 125440);
  const linear1WeightExpAvgSq = new Float32Array(memory, 1010608, 125440);
  const x = new Float32Array(memory, 1526576, 25088);
  const dropout1 = new Float32Array(memory, 1626928, 25088);
  const relu1 = new Float32Array(memory, 1727280, 5120);
  const relu1Gradient = new Float32Array(memory, 1727280, 5120);
  const dropout2 = new Float32Array(memory, 1747760, 5120);
  const dropout2Mask = new Uint8Array(memory, 1768240, 5120);
  const logits = new Float32Array(memory, 1773360, 320);
  const crossEntropyGradient = new Float32Array(memory, 1774640, 320);
  const y = new Int32Array(memory, 1775920, 32);
  const loss = new Float32Array(memory, 1776048, 1);
  const accuracy = new Float32Array(memory, 1776064, 1);
  const adamWStepSize = new Float32Array(memory, 1773360, 1);
  const adamWCorrection = new Float32Array(memory, 1773376, 1);
  const exponentialRow = new Float32Array(10);
  return {
    inputs: { x, y },
    outputs: { loss, accuracy },
    run() {
      forwardDropout1(seed, stepCount, x, dropout1);
      forwardDropout2(seed, stepCount, dropout2Mask);
      forwardLinear1(dropout1, linear1Weight, linear1Bias, dropout2Mask, relu1, dropout2);
      forwardLinear2(dropout2, linear2Weight, linear2Bias, logits);
      lossCrossEntropy(logits, y, crossEntropyGradient, loss, accuracy, exponentialRow);
      updateStepCount(stepCount, adamWStepSize, adamWCorrection);
      updateLinear2Bias(adamWStepSize, adamWCorrection, crossEntropyGradient, linear2BiasExpAvg, linear2BiasExpAvgSq, linear2Bias);
      backwardLinear2(crossEntropyGradient, linear2Weight, relu1, dropout2Mask, relu1Gradient);
      updateLinear2Weight(adamWStepSize, adamWCorrection, crossEntropyGradient, dropout2, linear2WeightExpAvg, linear2WeightExpAvgSq, linear2Weight);
      updateLinear1Bias(adamWStepSize, adamWCorrection, relu1Gradient, linear1BiasExpAvg, linear1BiasExpAvgSq, linear1Bias);
      updateLinear1Weight(adamWStepSize, adamWCorrection, relu1Gradient, dropout1, linear1WeightExpAvg, linear1WeightExpAvgSq, linear1Weight);
    },
  };
}

/** Binds evaluate to memory: fill the inputs, call run, read the outputs. */
export function evaluate(memory) {
  const linear1Weight = new Float32Array(memory, 0, 125440);
  const linear1Bias = new Float32Array(memory, 501760, 160);
  const linear2Weight = new Float32Array(memory, 502400, 1600);
  const linear2Bias = new Float32Array(memory, 508800, 10);
  const x = new Float32Array(memory, 1526576, 25088);
  const relu1 = new Float32Array(memory, 1626928, 5120);
  const logits = new Float32Array(memory, 1647408, 320);
  const y = new Int32Array(memory, 1648688, 32);
  const loss = new Float32Array(memory, 1626928, 1);
  const accuracy = new Float32Array(memory, 1626944, 1);
  return {
    inputs: { x, y },
    outputs: { loss, accuracy },
    run() {
      forwardLinear1InEvaluate(x, linear1Weight, linear1Bias, relu1);
      forwardLinear2InEvaluate(relu1, linear2Weight, linear2Bias, logits);
      lossCrossEntropyInEvaluate(logits, y, loss, accuracy);
    },
  };
}

/** Binds predict to memory: fill the inputs, call run, read the outputs. */
export function predict(memory) {
  const linear1Weight = new Float32Array(memory, 0, 125440);
  const linear1Bias = new Float32Array(memory, 501760, 160);
  const linear2Weight = new Float32Array(memory, 502400, 1600);
  const linear2Bias = new Float32Array(memory, 508800, 10);
  const x = new Float32Array(memory, 1526576, 25088);
  const relu1 = new Float32Array(memory, 1626928, 5120);
  const logits = new Float32Array(memory, 1647408, 320);
  return {
    inputs: { x },
    outputs: { logits },
    run() {
      forwardLinear1InEvaluate(x, linear1Weight, linear1Bias, relu1);
      forwardLinear2InEvaluate(relu1, linear2Weight, linear2Bias, logits);
    },
  };
}

/** Uniform number in [0, 1): the top 24 bits times 2⁻²⁴, exact. */
function uniformFromBits(bits) {
  return fround(fround((bits >>> 8) | 0) * fround(5.9604645e-8));
}

/** First word of Threefry-2x32 with 20 rounds (Random123) of a key and a counter. */
function threefryFirst(key0, key1, counter0, counter1) {
  const key2 = key0 ^ key1 ^ 466688986;
  const left0 = (counter0 + key0) | 0;
  const right0 = (counter1 + key1) | 0;
  const sum1 = (left0 + right0) | 0;
  const right1 = (right0 << 13 | ((right0 >>> 19) | 0)) ^ sum1;
  const sum2 = (sum1 + right1) | 0;
  const right2 = (right1 << 15 | ((right1 >>> 17) | 0)) ^ sum2;
  const sum3 = (sum2 + right2) | 0;
  const right3 = (right2 << 26 | ((right2 >>> 6) | 0)) ^ sum3;
  const sum4 = (sum3 + right3) | 0;
  const left4 = (sum4 + key1) | 0;
  const right4 = (((right3 << 6 | ((right3 >>> 26) | 0)) ^ sum4) + ((key2 + 1) | 0)) | 0;
  const sum5 = (left4 + right4) | 0;
  const right5 = (right4 << 17 | ((right4 >>> 15) | 0)) ^ sum5;
  const sum6 = (sum5 + right5) | 0;
  const right6 = (right5 << 29 | ((right5 >>> 3) | 0)) ^ sum6;
  const sum7 = (sum6 + right6) | 0;
  const right7 = (right6 << 16 | ((right6 >>> 16) | 0)) ^ sum7;
  const sum8 = (sum7 + right7) | 0;
  const left8 = (sum8 + key2) | 0;
  const right8 = (((right7 << 24 | ((right7 >>> 8) | 0)) ^ sum8) + ((key0 + 2) | 0)) | 0;
  const sum9 = (left8 + right8) | 0;
  const right9 = (right8 << 13 | ((right8 >>> 19) | 0)) ^ sum9;
  const sum10 = (sum9 + right9) | 0;
  const right10 = (right9 << 15 | ((right9 >>> 17) | 0)) ^ sum10;
  const sum11 = (sum10 + right10) | 0;
  const right11 = (right10 << 26 | ((right10 >>> 6) | 0)) ^ sum11;
  const sum12 = (sum11 + right11) | 0;
  const left12 = (sum12 + key0) | 0;
  const right12 = (((right11 << 6 | ((right11 >>> 26) | 0)) ^ sum12) + ((key1 + 3) | 0)) | 0;
  const sum13 = (left12 + right12) | 0;
  const right13 = (right12 << 17 | ((right12 >>> 15) | 0)) ^ sum13;
  const sum14 = (sum13 + right13) | 0;
  const right14 = (right13 << 29 | ((right13 >>> 3) | 0)) ^ sum14;
  const sum15 = (sum14 + right14) | 0;
  const right15 = (right14 << 16 | ((right14 >>> 16) | 0)) ^ sum15;
  const sum16 = (sum15 + right15) | 0;
  const left16 = (sum16 + key1) | 0;
  const right16 = (((right15 << 24 | ((right15 >>> 8) | 0)) ^ sum16) + ((key2 + 4) | 0)) | 0;
  const sum17 = (left16 + right16) | 0;
  const right17 = (right16 << 13 | ((right16 >>> 19) | 0)) ^ sum17;
  const sum18 = (sum17 + right17) | 0;
  const right18 = (right17 << 15 | ((right17 >>> 17) | 0)) ^ sum18;
  const sum19 = (sum18 + right18) | 0;
  const right19 = (right18 << 26 | ((right18 >>> 6) | 0)) ^ sum19;
  const sum20 = (sum19 + right19) | 0;
  return (sum20 + key2) | 0;
}

/** eˣ, within 1.1 ulp, denormal results included: reduction by ln 2 in two parts (Cody and Waite), Remez polynomial. */
function exp(x) {
  const boundedRaised = x < -104 ? -104 : x;
  const bounded = 89 < boundedRaised ? 89 : boundedRaised;
  const shifted = fround(fround(bounded * fround(1.442695)) + 12582912);
  const exponent = fround(shifted - 12582912);
  const remainder = fround(fround(bounded - fround(exponent * fround(0.6933594))) - fround(exponent * fround(-0.00021219444)));
  const square = fround(remainder * remainder);
  const total = fround(fround(fround(fround(fround(0.0013947019) * square) + fround(0.041666273)) * square) + 0.5);
  const curvature = fround(fround(fround(fround(fround(fround(0.008366911) * square) + fround(0.1666654)) * remainder) + total) * square);
  const significand = fround(fround(curvature + remainder) + 1);
  const isSmall = bounded < -86;
  const scale = fromBits(((bitsOf(shifted) << 23) + (isSmall ? 1602224128 : 1056964608)) | 0);
  return fround(fround(significand * scale) * (isSmall ? fround(5.421011e-20) : 2));
}

/** Natural logarithm, within 1 ulp: exponent · ln 2 + 2·atanh(f/(2 + f)) as in fdlibm, Remez polynomial. */
function log(x) {
  const isDenormal = x < fround(1.1754944e-38);
  const normal = isDenormal ? fround(x * 16777216) : x;
  const offset = (bitsOf(normal) - 1060439283) | 0;
  const exponent = fround(fround(offset >> 23) - (isDenormal ? 24 : 0));
  const significand = fromBits(((offset & 8388607) + 1060439283) | 0);
  const f = fround(significand - 1);
  const s = fround(f / fround(f + 2));
  const square = fround(s * s);
  const halfSquare = fround(fround(f * f) * 0.5);
  const product = fround(fround(fround(fround(fround(fround(0.29873073) * square) + fround(0.39977497)) * square) + fround(0.66666776)) * square);
  const total = fround(fround(s * fround(product + halfSquare)) + fround(exponent * fround(-0.00021219444)));
  const total2 = fround(fround(fround(total - halfSquare) + f) + fround(exponent * fround(0.6933594)));
  return x > 0 ? (x < Infinity ? total2 : x) : (x === 0 ? -Infinity : NaN);
}

/** xʸ, within 2 ulp, special values as in C99: 2^(y·log₂|x|), the logarithm and product in two parts as in fdlibm. */
function pow64(x, y) {
  const magnitude = abs(x);
  const isDenormal = magnitude < 2.2250738585072014e-308;
  const normal = isDenormal ? magnitude * 18014398509481984 : magnitude;
  const offset = (highWord(normal) - 1072079006) | 0;
  const exponent = (offset >> 20) - (isDenormal ? 54 : 0);
  const significand = fromWords(((offset & 1048575) + 1072079006) | 0, lowWord(normal));
  const f = significand - 1;
  const sum = significand + 1;
  const inverse = 1 / sum;
  const s = f * inverse;
  const sHigh = fromWords(highWord(s), 0);
  const sumHigh = fromWords(highWord(sum), 0);
  const sLow = (f - sHigh * sumHigh - sHigh * (significand - (sumHigh - 1))) * inverse;
  const square = s * s;
  const product = ((((0.17985649564225445 * square + 0.1751197239406168) * square + 0.20004488691140707) * square + 0.2307683498039226) * square + 0.2727272831024628) * square;
  const product2 = (((product + 0.33333333326265824) * square + 0.4285714285716783) * square + 0.5999999999999996) * (square * square);
  const rest = product2 + sLow * (sHigh + s);
  const squareHigh = sHigh * sHigh;
  const factorHigh = fromWords(highWord(squareHigh + 3 + rest), 0);
  const productHigh = sHigh * factorHigh;
  const productLow = sLow * factorHigh + (rest - (factorHigh - 3 - squareHigh)) * s;
  const high = fromWords(highWord(productHigh + productLow), 0);
  const scaledHigh = high * 0.961796760559082;
  const scaledLow = high * -6.663310642634338e-8 + (productLow - (high - productHigh)) * 0.9617966939259756;
  const total = fromWords(highWord(scaledHigh + scaledLow + exponent), 0);
  const totalLow = scaledLow - (total - exponent - scaledHigh);
  const powerRaised = y < -18446744073709552000 ? -18446744073709552000 : y;
  const power = 18446744073709552000 < powerRaised ? 18446744073709552000 : powerRaised;
  const powerHigh = fromWords(highWord(power), 0);
  const exponentHigh = powerHigh * total;
  const exponentLow = (power - powerHigh) * total + power * totalLow;
  const boundedUnclamped = exponentHigh + exponentLow;
  const boundedRaised = boundedUnclamped < -1076 ? -1076 : boundedUnclamped;
  const bounded = 1024 < boundedRaised ? 1024 : boundedRaised;
  const shifted = bounded + 6755399441055744;
  const remainderUnclamped = exponentHigh - (shifted - 6755399441055744) + exponentLow;
  const remainderRaised = remainderUnclamped < -0.501 ? -0.501 : remainderUnclamped;
  const remainder = 0.501 < remainderRaised ? 0.501 : remainderRaised;
  const isSmall = bounded < -1020;
  const scale = fromWords(((lowWord(shifted) << 20) + (isSmall ? 1139802112 : 1071644672)) | 0, 0);
  const product3 = (((2.66292253997778e-11 * remainder + 4.452539344714807e-10) * remainder + 7.054380511467415e-9) * remainder + 1.0178075011330562e-7) * remainder;
  const total2 = (((product3 + 0.000001321548783486367) * remainder + 0.000015252733808837408) * remainder + 0.00015403530392520966) * remainder + 0.0013333558146429829;
  const product4 = (((total2 * remainder + 0.009618129107628754) * remainder + 0.05550410866482157) * remainder + 0.24022650695910072) * remainder;
  const product5 = ((product4 + 0.6931471805599453) * remainder + 1) * scale * (isSmall ? 5.421010862427522e-20 : 2);
  const size = magnitude === magnitude + magnitude ? (y < 0 ? 1 / magnitude : magnitude) : product5;
  const halfPower = y * 0.5;
  const isInteger = floor(y) === y;
  const value = fromWords(highWord(size) ^ (isInteger && floor(halfPower) !== halfPower ? highWord(x) & -2147483648 : 0), lowWord(size));
  const chosen = (x < 0 && x > -Infinity && !isInteger) || x !== x || y !== y ? NaN : value;
  return y === 0 || x === 1 ? 1 : chosen;
}

/** The sum of eight partial results, always in the same order. */
function sumOfLanes(lanes) {
  const even = fround(fround(lanes[0] + lanes[4]) + fround(lanes[2] + lanes[6]));
  const odd = fround(fround(lanes[1] + lanes[5]) + fround(lanes[3] + lanes[7]));
  return fround(even + odd);
}

/** Eight bytes seen as floats and as integers, for casts of bits. */
const singles = new Float32Array(2);
const doubles = new Float64Array(singles.buffer);
const words = new Int32Array(singles.buffer);

/** The single with the given bits. */
function fromBits(bits) {
  words[0] = bits;
  return singles[0];
}

/** The bits of a single as an integer. */
function bitsOf(x) {
  singles[0] = x;
  return words[0];
}

/** The upper half of a double's bits. */
function highWord(x) {
  doubles[0] = x;
  return words[1];
}

/** The double with the given halves. */
function fromWords(high, low) {
  words[1] = high;
  words[0] = low;
  return doubles[0];
}

/** The lower half of a double's bits. */
function lowWord(x) {
  doubles[0] = x;
  return words[0];
}
