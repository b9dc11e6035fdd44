// tapeless 0.1.0 · iris · batch 90 · strict · model c35a045f · step in 13 kernels · arena 32.3 KiB

const { abs, floor, fround, max, sqrt } = Math;

// What kernels gather in; nothing is kept in them from one kernel to the next.
const sums = new Float32Array(30);
const crossEntropySumLanes = new Float32Array(8);
const accuracySumLanes = new Float32Array(8);

function initialiseStepCount(stepCount) {
  stepCount[0] = 0;
}

/** iris/linear1: linear(4, 30)  model.ts:8 */
function initialiseLinear1Weight(seed, linear1Weight) {
  const seedValue = seed[0];
  for (let i = 0; i < 120; i++) {
    linear1Weight[i] = uniformFromBits(threefryFirst(seedValue, 1424633262, i, 0)) - 0.5;
  }
}

/** iris/linear1: linear(4, 30)  model.ts:8 */
function initialiseLinear1Bias(seed, linear1Bias) {
  const seedValue = seed[0];
  for (let i = 0; i < 30; i++) {
    linear1Bias[i] = uniformFromBits(threefryFirst(seedValue, 621151595, i, 0)) - 0.5;
  }
}

/** iris/linear2: linear(30, 10)  model.ts:8 */
function initialiseLinear2Weight(seed, linear2Weight) {
  const seedValue = seed[0];
  for (let i = 0; i < 300; i++) {
    const product = fround(uniformFromBits(threefryFirst(seedValue, -919675611, i, 0)) * fround(0.36514837));
    linear2Weight[i] = product - fround(0.18257418);
  }
}

/** iris/linear2: linear(30, 10)  model.ts:8 */
function initialiseLinear2Bias(seed, linear2Bias) {
  const seedValue = seed[0];
  for (let i = 0; i < 10; i++) {
    const product = fround(uniformFromBits(threefryFirst(seedValue, 1571914976, i, 0)) * fround(0.36514837));
    linear2Bias[i] = product - fround(0.18257418);
  }
}

/** iris/linear3: linear(10, 3)  model.ts:8 */
function initialiseLinear3Weight(seed, linear3Weight) {
  const seedValue = seed[0];
  for (let i = 0; i < 30; i++) {
    const product = fround(uniformFromBits(threefryFirst(seedValue, 521686276, i, 0)) * fround(0.6324555));
    linear3Weight[i] = product - fround(0.31622776);
  }
}

/** iris/linear3: linear(10, 3)  model.ts:8 */
function initialiseLinear3Bias(seed, linear3Bias) {
  const seedValue = seed[0];
  for (let i = 0; i < 3; i++) {
    const product = fround(uniformFromBits(threefryFirst(seedValue, 323632985, i, 0)) * fround(0.6324555));
    linear3Bias[i] = product - fround(0.31622776);
  }
}

/** adam  model.ts:13 */
function initialiseLinear1WeightExpAvg(linear1WeightExpAvg, linear1WeightExpAvgSq) {
  for (let i = 0; i < 120; i++) {
    linear1WeightExpAvg[i] = 0;
    linear1WeightExpAvgSq[i] = 0;
  }
}

/** adam  model.ts:13 */
function initialiseLinear1BiasExpAvg(linear1BiasExpAvg, linear1BiasExpAvgSq) {
  for (let i = 0; i < 30; i++) {
    linear1BiasExpAvg[i] = 0;
    linear1BiasExpAvgSq[i] = 0;
  }
}

/** adam  model.ts:13 */
function initialiseLinear2WeightExpAvg(linear2WeightExpAvg, linear2WeightExpAvgSq) {
  for (let i = 0; i < 300; i++) {
    linear2WeightExpAvg[i] = 0;
    linear2WeightExpAvgSq[i] = 0;
  }
}

/** adam  model.ts:13 */
function initialiseLinear2BiasExpAvg(linear2BiasExpAvg, linear2BiasExpAvgSq) {
  for (let i = 0; i < 10; i++) {
    linear2BiasExpAvg[i] = 0;
    linear2BiasExpAvgSq[i] = 0;
  }
}

/** adam  model.ts:13 */
function initialiseLinear3WeightExpAvg(linear3WeightExpAvg, linear3WeightExpAvgSq) {
  for (let i = 0; i < 30; i++) {
    linear3WeightExpAvg[i] = 0;
    linear3WeightExpAvgSq[i] = 0;
  }
}

/** adam  model.ts:13 */
function initialiseLinear3BiasExpAvg(linear3BiasExpAvg, linear3BiasExpAvgSq) {
  for (let i = 0; i < 3; i++) {
    linear3BiasExpAvg[i] = 0;
    linear3BiasExpAvgSq[i] = 0;
  }
}

/**
 * relu1 = relu(x · linear1Weightᵀ + linear1Bias)
 * iris/linear1: linear(4, 30), iris/relu1: relu()  model.ts:8
 */
function forwardLinear1(x, linear1Weight, linear1Bias, relu1) {
  for (let row = 0; row < 90; row++) {
    for (let column = 0; column < 30; column++) sums[column] = linear1Bias[column];
    for (let k = 0; k < 4; k++) {
      const factor = x[row * 4 + k];
      for (let column = 0; column < 30; column++) {
        sums[column] += fround(factor * linear1Weight[column * 4 + k]);
      }
    }
    for (let column = 0; column < 30; column++) {
      const sum = sums[column];
      relu1[row * 30 + column] = sum <= 0 ? 0 : sum;
    }
  }
}

/**
 * relu2 = relu(relu1 · linear2Weightᵀ + linear2Bias)
 * iris/linear2: linear(30, 10), iris/relu2: relu()  model.ts:8
 */
function forwardLinear2(relu1, linear2Weight, linear2Bias, relu2) {
  for (let row = 0; row < 90; row++) {
    for (let column = 0; column < 10; column++) sums[column] = linear2Bias[column];
    for (let k = 0; k < 30; k++) {
      const factor = relu1[row * 30 + k];
      for (let column = 0; column < 10; column++) {
        sums[column] += fround(factor * linear2Weight[column * 30 + k]);
      }
    }
    for (let column = 0; column < 10; column++) {
      const sum = sums[column];
      relu2[row * 10 + column] = sum <= 0 ? 0 : sum;
    }
  }
}

/**
 * logits = relu2 · linear3Weightᵀ + linear3Bias
 * iris/linear3: linear(10, 3)  model.ts:8
 */
function forwardLinear3(relu2, linear3Weight, linear3Bias, logits) {
  for (let row = 0; row < 90; row++) {
    for (let column = 0; column < 3; column++) sums[column] = linear3Bias[column];
    for (let k = 0; k < 10; k++) {
      const factor = relu2[row * 10 + k];
      for (let column = 0; column < 3; column++) {
        sums[column] += fround(factor * linear3Weight[column * 10 + k]);
      }
    }
    for (let column = 0; column < 3; column++) {
      const sum = sums[column];
      logits[row * 3 + column] = sum;
    }
  }
}

/**
 * crossEntropyGradient = gradient that crossEntropy hands back
 * loss = crossEntropy(logits, y)
 * accuracy = sum(f32(argmax(logits) = y)) / 90
 * crossEntropy  model.ts:12
 * accuracy  model.ts:15
 */
function lossCrossEntropy(logits, y, crossEntropyGradient, loss, accuracy, exponentialRow) {
  crossEntropySumLanes.fill(0);
  accuracySumLanes.fill(0);
  for (let row = 0; row < 90; row++) {
    let position = 0;
    let best = -Infinity;
    let largest = -Infinity;
    for (let column = 0; column < 3; column++) {
      const logitsValue = logits[row * 3 + column];
      const condition = logitsValue > best || (logitsValue !== logitsValue && best === best);
      largest = max(largest, logitsValue);
      position = condition ? column : position;
      best = condition ? logitsValue : best;
    }
    let sum = 0;
    for (let column = 0; column < 3; column++) {
      const exponential = exp(fround(logits[row * 3 + column] - largest));
      exponentialRow[column] = exponential;
      sum = fround(sum + exponential);
    }
    const quotient = fround(fround(0.011111111) / sum);
    const yValue = y[row];
    for (let column = 0; column < 3; column++) {
      crossEntropyGradient[row * 3 + column] = (column === yValue ? fround(-0.011111111) : 0) + fround(quotient * exponentialRow[column]);
    }
    crossEntropySumLanes[row & 7] += -fround(fround(logits[row * 3 + yValue] - largest) - log(sum));
    accuracySumLanes[row & 7] += position === yValue ? 1 : 0;
  }
  const crossEntropySum = sumOfLanes(crossEntropySumLanes);
  const accuracySum = sumOfLanes(accuracySumLanes);
  loss[0] = crossEntropySum / 90;
  accuracy[0] = accuracySum / 90;
}

/**
 * adamStepSize = f32(0.025 / (1 - pow(0.9, f64(stepCount + 1))))
 * adamCorrection = f32(1 / sqrt(1 - pow(0.999, f64(stepCount + 1))))
 * updates stepCount
 * adam  model.ts:13
 */
function updateStepCount(stepCount, adamStepSize, adamCorrection) {
  const nextStep = (stepCount[0] + 1) | 0;
  const converted = nextStep;
  stepCount[0] = nextStep;
  adamStepSize[0] = 0.025 / (1 - pow64(0.9, converted));
  adamCorrection[0] = 1 / sqrt(1 - pow64(0.999, converted));
}

/**
 * gradient = sum(crossEntropyGradient, axis 0)
 * updates linear3BiasExpAvg, linear3BiasExpAvgSq, linear3Bias
 * adam  model.ts:13
 * iris/linear3: linear(10, 3)  model.ts:8
 */
function updateLinear3Bias(
  adamStepSize,
  adamCorrection,
  crossEntropyGradient,
  linear3BiasExpAvg,
  linear3BiasExpAvgSq,
  linear3Bias,
) {
  const adamStepSizeValue = adamStepSize[0];
  const adamCorrectionValue = adamCorrection[0];
  for (let column = 0; column < 3; column++) {
    let sum = 0;
    for (let row = 0; row < 90; row++) sum = fround(sum + crossEntropyGradient[row * 3 + column]);
    const nextExpAvg = fround(fround(linear3BiasExpAvg[column] * fround(0.9)) + fround(sum * fround(0.1)));
    const nextExpAvgSq = fround(fround(linear3BiasExpAvgSq[column] * fround(0.999)) + fround(fround(sum * fround(0.001)) * sum));
    linear3BiasExpAvg[column] = nextExpAvg;
    linear3BiasExpAvgSq[column] = nextExpAvgSq;
    const total = fround(fround(fround(sqrt(nextExpAvgSq)) * adamCorrectionValue) + fround(1e-8));
    linear3Bias[column] = linear3Bias[column] - fround(fround(nextExpAvg * adamStepSizeValue) / total);
  }
}

/**
 * relu2Gradient = where(relu2 ≤ 0, 0, crossEntropyGradient · linear3Weight)
 * iris/relu2: relu(), iris/linear3: linear(10, 3)  model.ts:8
 */
function backwardLinear3(crossEntropyGradient, linear3Weight, relu2, relu2Gradient) {
  for (let row = 0; row < 90; row++) {
    for (let column = 0; column < 10; column++) sums[column] = 0;
    for (let k = 0; k < 3; k++) {
      const factor = crossEntropyGradient[row * 3 + k];
      for (let column = 0; column < 10; column++) {
        sums[column] += fround(factor * linear3Weight[k * 10 + column]);
      }
    }
    for (let column = 0; column < 10; column++) {
      const sum = sums[column];
      relu2Gradient[row * 10 + column] = relu2[row * 10 + column] <= 0 ? 0 : sum;
    }
  }
}

/**
 * gradient = crossEntropyGradientᵀ · relu2
 * updates linear3WeightExpAvg, linear3WeightExpAvgSq, linear3Weight
 * adam  model.ts:13
 * iris/linear3: linear(10, 3)  model.ts:8
 */
function updateLinear3Weight(
  adamStepSize,
  adamCorrection,
  crossEntropyGradient,
  relu2,
  linear3WeightExpAvg,
  linear3WeightExpAvgSq,
  linear3Weight,
) {
  const adamStepSizeValue = adamStepSize[0];
  const adamCorrectionValue = adamCorrection[0];
  for (let row = 0; row < 3; row++) {
    for (let column = 0; column < 10; column++) sums[column] = 0;
    for (let k = 0; k < 90; k++) {
      const factor = crossEntropyGradient[k * 3 + row];
      for (let column = 0; column < 10; column++) sums[column] += fround(factor * relu2[k * 10 + column]);
    }
    for (let column = 0; column < 10; column++) {
      const sum = sums[column];
      const at = row * 10 + column;
      const nextExpAvg = fround(fround(linear3WeightExpAvg[at] * fround(0.9)) + fround(sum * fround(0.1)));
      const nextExpAvgSq = fround(fround(linear3WeightExpAvgSq[at] * fround(0.999)) + fround(fround(sum * fround(0.001)) * sum));
      linear3WeightExpAvg[at] = nextExpAvg;
      linear3WeightExpAvgSq[at] = nextExpAvgSq;
      const total = fround(fround(fround(sqrt(nextExpAvgSq)) * adamCorrectionValue) + fround(1e-8));
      linear3Weight[at] = linear3Weight[at] - fround(fround(nextExpAvg * adamStepSizeValue) / total);
    }
  }
}

/**
 * gradient = sum(relu2Gradient, axis 0)
 * updates linear2BiasExpAvg, linear2BiasExpAvgSq, linear2Bias
 * adam  model.ts:13
 * iris/linear2: linear(30, 10)  model.ts:8
 */
function updateLinear2Bias(
  adamStepSize,
  adamCorrection,
  relu2Gradient,
  linear2BiasExpAvg,
  linear2BiasExpAvgSq,
  linear2Bias,
) {
  const adamStepSizeValue = adamStepSize[0];
  const adamCorrectionValue = adamCorrection[0];
  for (let column = 0; column < 10; column++) {
    let sum = 0;
    for (let row = 0; row < 90; row++) sum = fround(sum + relu2Gradient[row * 10 + column]);
    const nextExpAvg = fround(fround(linear2BiasExpAvg[column] * fround(0.9)) + fround(sum * fround(0.1)));
    const nextExpAvgSq = fround(fround(linear2BiasExpAvgSq[column] * fround(0.999)) + fround(fround(sum * fround(0.001)) * sum));
    linear2BiasExpAvg[column] = nextExpAvg;
    linear2BiasExpAvgSq[column] = nextExpAvgSq;
    const total = fround(fround(fround(sqrt(nextExpAvgSq)) * adamCorrectionValue) + fround(1e-8));
    linear2Bias[column] = linear2Bias[column] - fround(fround(nextExpAvg * adamStepSizeValue) / total);
  }
}

/**
 * relu1Gradient = where(relu1 ≤ 0, 0, relu2Gradient · linear2Weight)
 * iris/relu1: relu(), iris/linear2: linear(30, 10)  model.ts:8
 */
function backwardLinear2(relu2Gradient, linear2Weight, relu1, relu1Gradient) {
  for (let row = 0; row < 90; row++) {
    for (let column = 0; column < 30; column++) sums[column] = 0;
    for (let k = 0; k < 10; k++) {
      const factor = relu2Gradient[row * 10 + k];
      for (let column = 0; column < 30; column++) {
        sums[column] += fround(factor * linear2Weight[k * 30 + column]);
      }
    }
    for (let column = 0; column < 30; column++) {
      const sum = sums[column];
      relu1Gradient[row * 30 + column] = relu1[row * 30 + column] <= 0 ? 0 : sum;
    }
  }
}

/**
 * gradient = relu2Gradientᵀ · relu1
 * updates linear2WeightExpAvg, linear2WeightExpAvgSq, linear2Weight
 * adam  model.ts:13
 * iris/linear2: linear(30, 10)  model.ts:8
 */
function updateLinear2Weight(
  adamStepSize,
  adamCorrection,
  relu2Gradient,
  relu1,
  linear2WeightExpAvg,
  linear2WeightExpAvgSq,
  linear2Weight,
) {
  const adamStepSizeValue = adamStepSize[0];
  const adamCorrectionValue = adamCorrection[0];
  for (let row = 0; row < 10; row++) {
    for (let column = 0; column < 30; column++) sums[column] = 0;
    for (let k = 0; k < 90; k++) {
      const factor = relu2Gradient[k * 10 + row];
      for (let column = 0; column < 30; column++) sums[column] += fround(factor * relu1[k * 30 + column]);
    }
    for (let column = 0; column < 30; column++) {
      const sum = sums[column];
      const at = row * 30 + column;
      const nextExpAvg = fround(fround(linear2WeightExpAvg[at] * fround(0.9)) + fround(sum * fround(0.1)));
      const nextExpAvgSq = fround(fround(linear2WeightExpAvgSq[at] * fround(0.999)) + fround(fround(sum * fround(0.001)) * sum));
      linear2WeightExpAvg[at] = nextExpAvg;
      linear2WeightExpAvgSq[at] = nextExpAvgSq;
      const total = fround(fround(fround(sqrt(nextExpAvgSq)) * adamCorrectionValue) + fround(1e-8));
      linear2Weight[at] = linear2Weight[at] - fround(fround(nextExpAvg * adamStepSizeValue) / total);
    }
  }
}

/**
 * gradient = sum(relu1Gradient, axis 0)
 * updates linear1BiasExpAvg, linear1BiasExpAvgSq, linear1Bias
 * adam  model.ts:13
 * iris/linear1: linear(4, 30)  model.ts:8
 */
function updateLinear1Bias(
  adamStepSize,
  adamCorrection,
  relu1Gradient,
  linear1BiasExpAvg,
  linear1BiasExpAvgSq,
  linear1Bias,
) {
  const adamStepSizeValue = adamStepSize[0];
  const adamCorrectionValue = adamCorrection[0];
  for (let column = 0; column < 30; column++) {
    let sum = 0;
    for (let row = 0; row < 90; row++) sum = fround(sum + relu1Gradient[row * 30 + column]);
    const nextExpAvg = fround(fround(linear1BiasExpAvg[column] * fround(0.9)) + fround(sum * fround(0.1)));
    const nextExpAvgSq = fround(fround(linear1BiasExpAvgSq[column] * fround(0.999)) + fround(fround(sum * fround(0.001)) * sum));
    linear1BiasExpAvg[column] = nextExpAvg;
    linear1BiasExpAvgSq[column] = nextExpAvgSq;
    const total = fround(fround(fround(sqrt(nextExpAvgSq)) * adamCorrectionValue) + fround(1e-8));
    linear1Bias[column] = linear1Bias[column] - fround(fround(nextExpAvg * adamStepSizeValue) / total);
  }
}

/**
 * gradient = relu1Gradientᵀ · x
 * updates linear1WeightExpAvg, linear1WeightExpAvgSq, linear1Weight
 * adam  model.ts:13
 * iris/linear1: linear(4, 30)  model.ts:8
 */
function updateLinear1Weight(
  adamStepSize,
  adamCorrection,
  relu1Gradient,
  x,
  linear1WeightExpAvg,
  linear1WeightExpAvgSq,
  linear1Weight,
) {
  const adamStepSizeValue = adamStepSize[0];
  const adamCorrectionValue = adamCorrection[0];
  for (let row = 0; row < 30; row++) {
    for (let column = 0; column < 4; column++) sums[column] = 0;
    for (let k = 0; k < 90; k++) {
      const factor = relu1Gradient[k * 30 + row];
      for (let column = 0; column < 4; column++) sums[column] += fround(factor * x[k * 4 + column]);
    }
    for (let column = 0; column < 4; column++) {
      const sum = sums[column];
      const at = row * 4 + column;
      const nextExpAvg = fround(fround(linear1WeightExpAvg[at] * fround(0.9)) + fround(sum * fround(0.1)));
      const nextExpAvgSq = fround(fround(linear1WeightExpAvgSq[at] * fround(0.999)) + fround(fround(sum * fround(0.001)) * sum));
      linear1WeightExpAvg[at] = nextExpAvg;
      linear1WeightExpAvgSq[at] = nextExpAvgSq;
      const total = fround(fround(fround(sqrt(nextExpAvgSq)) * adamCorrectionValue) + fround(1e-8));
      linear1Weight[at] = linear1Weight[at] - fround(fround(nextExpAvg * adamStepSizeValue) / total);
    }
  }
}

/**
 * loss = crossEntropy(logits, y)
 * accuracy = sum(f32(argmax(logits) = y)) / 90
 * crossEntropy  model.ts:12
 * accuracy  model.ts:15
 */
function lossCrossEntropyInEvaluate(logits, y, loss, accuracy) {
  crossEntropySumLanes.fill(0);
  accuracySumLanes.fill(0);
  for (let row = 0; row < 90; row++) {
    let position = 0;
    let best = -Infinity;
    let largest = -Infinity;
    for (let column = 0; column < 3; column++) {
      const logitsValue = logits[row * 3 + column];
      const condition = logitsValue > best || (logitsValue !== logitsValue && best === best);
      largest = max(largest, logitsValue);
      position = condition ? column : position;
      best = condition ? logitsValue : best;
    }
    let sum = 0;
    for (let column = 0; column < 3; column++) {
      sum = fround(sum + exp(fround(logits[row * 3 + column] - largest)));
    }
    const yValue = y[row];
    crossEntropySumLanes[row & 7] += -fround(fround(logits[row * 3 + yValue] - largest) - log(sum));
    accuracySumLanes[row & 7] += position === yValue ? 1 : 0;
  }
  const crossEntropySum = sumOfLanes(crossEntropySumLanes);
  const accuracySum = sumOfLanes(accuracySumLanes);
  loss[0] = crossEntropySum / 90;
  accuracy[0] = accuracySum / 90;
}

/** Where parameters and state lie, in bytes, and how much memory there has to be. State keeps its place in
    modules of other batch sizes. */
export const layout = {
  bytes: 33104,
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

/** Binds initialise to memory: put a seed into state(memory).seed[0], then call run. */
export function initialise(memory) {
  const stepCount = new Int32Array(memory, 6000, 1);
  const seed = new Int32Array(memory, 6016, 1);
  const linear1Weight = new Float32Array(memory, 0, 120);
  const linear1Bias = new Float32Array(memory, 480, 30);
  const linear2Weight = new Float32Array(memory, 608, 300);
  const linear2Bias = new Float32Array(memory, 1808, 10);
  const linear3Weight = new Float32Array(memory, 1856, 30);
  const linear3Bias = new Float32Array(memory, 1984, 3);
  const linear1WeightExpAvg = new Float32Array(memory, 2000, 120);
  const linear1WeightExpAvgSq = new Float32Array(memory, 2480, 120);
  const linear1BiasExpAvg = new Float32Array(memory, 2960, 30);
  const linear1BiasExpAvgSq = new Float32Array(memory, 3088, 30);
  const linear2WeightExpAvg = new Float32Array(memory, 3216, 300);
  const linear2WeightExpAvgSq = new Float32Array(memory, 4416, 300);
  const linear2BiasExpAvg = new Float32Array(memory, 5616, 10);
  const linear2BiasExpAvgSq = new Float32Array(memory, 5664, 10);
  const linear3WeightExpAvg = new Float32Array(memory, 5712, 30);
  const linear3WeightExpAvgSq = new Float32Array(memory, 5840, 30);
  const linear3BiasExpAvg = new Float32Array(memory, 5968, 3);
  const linear3BiasExpAvgSq = new Float32Array(memory, 5984, 3);
  return {
    inputs: {},
    outputs: {},
    run() {
      initialiseStepCount(stepCount);
      initialiseLinear1Weight(seed, linear1Weight);
      initialiseLinear1Bias(seed, linear1Bias);
      initialiseLinear2Weight(seed, linear2Weight);
      initialiseLinear2Bias(seed, linear2Bias);
      initialiseLinear3Weight(seed, linear3Weight);
      initialiseLinear3Bias(seed, linear3Bias);
      initialiseLinear1WeightExpAvg(linear1WeightExpAvg, linear1WeightExpAvgSq);
      initialiseLinear1BiasExpAvg(linear1BiasExpAvg, linear1BiasExpAvgSq);
      initialiseLinear2WeightExpAvg(linear2WeightExpAvg, linear2WeightExpAvgSq);
      initialiseLinear2BiasExpAvg(linear2BiasExpAvg, linear2BiasExpAvgSq);
      initialiseLinear3WeightExpAvg(linear3WeightExpAvg, linear3WeightExpAvgSq);
      initialiseLinear3BiasExpAvg(linear3BiasExpAvg, linear3BiasExpAvgSq);
    },
  };
}

/** Binds step to memory: fill the inputs, call run, read the outputs. */
export function step(memory) {
  const linear1Weight = new Float32Array(memory, 0, 120);
  const linear1Bias = new Float32Array(memory, 480, 30);
  const linear2Weight = new Float32Array(memory, 608, 300);
  const linear2Bias = new Float32Array(memory, 1808, 10);
  const linear3Weight = new Float32Array(memory, 1856, 30);
  const linear3Bias = new Float32Array(memory, 1984, 3);
  const stepCount = new Int32Array(memory, 6000, 1);
  const linear3BiasExpAvg = new Float32Array(memory, 5968, 3);
  const linear3BiasExpAvgSq = new Float32Array(memory, 5984, 3);
  const linear3WeightExpAvg = new Float32Array(memory, 5712, 30);
  const linear3WeightExpAvgSq = new Float32Array(memory, 5840, 30);
  const linear2BiasExpAvg = new Float32Array(memory, 5616, 10);
  const linear2BiasExpAvgSq = new Float32Array(memory, 5664, 10);
  const linear2WeightExpAvg = new Float32Array(memory, 3216, 300);
  const linear2WeightExpAvgSq = new Float32Array(memory, 4416, 300);
  const linear1BiasExpAvg = new Float32Array(memory, 2960, 30);
  const linear1BiasExpAvgSq = new Float32Array(memory, 3088, 30);
  const linear1WeightExpAvg = new Float32Array(memory, 2000, 120);
  const linear1WeightExpAvgSq = new Float32Array(memory, 2480, 120);
  const relu1 = new Float32Array(memory, 6032, 2700);
  const relu1Gradient = new Float32Array(memory, 16832, 2700);
  const relu2 = new Float32Array(memory, 16832, 900);
  const relu2Gradient = new Float32Array(memory, 27632, 900);
  const x = new Float32Array(memory, 31232, 360);
  const logits = new Float32Array(memory, 20432, 270);
  const crossEntropyGradient = new Float32Array(memory, 21520, 270);
  const y = new Int32Array(memory, 32672, 90);
  const loss = new Float32Array(memory, 33040, 1);
  const accuracy = new Float32Array(memory, 33056, 1);
  const adamStepSize = new Float32Array(memory, 33072, 1);
  const adamCorrection = new Float32Array(memory, 33088, 1);
  const exponentialRow = new Float32Array(3);
  return {
    inputs: { x, y },
    outputs: { loss, accuracy },
    run() {
      forwardLinear1(x, linear1Weight, linear1Bias, relu1);
      forwardLinear2(relu1, linear2Weight, linear2Bias, relu2);
      forwardLinear3(relu2, linear3Weight, linear3Bias, logits);
      lossCrossEntropy(logits, y, crossEntropyGradient, loss, accuracy, exponentialRow);
      updateStepCount(stepCount, adamStepSize, adamCorrection);
      updateLinear3Bias(adamStepSize, adamCorrection, crossEntropyGradient, linear3BiasExpAvg, linear3BiasExpAvgSq, linear3Bias);
      backwardLinear3(crossEntropyGradient, linear3Weight, relu2, relu2Gradient);
      updateLinear3Weight(adamStepSize, adamCorrection, crossEntropyGradient, relu2, linear3WeightExpAvg, linear3WeightExpAvgSq, linear3Weight);
      updateLinear2Bias(adamStepSize, adamCorrection, relu2Gradient, linear2BiasExpAvg, linear2BiasExpAvgSq, linear2Bias);
      backwardLinear2(relu2Gradient, linear2Weight, relu1, relu1Gradient);
      updateLinear2Weight(adamStepSize, adamCorrection, relu2Gradient, relu1, linear2WeightExpAvg, linear2WeightExpAvgSq, linear2Weight);
      updateLinear1Bias(adamStepSize, adamCorrection, relu1Gradient, linear1BiasExpAvg, linear1BiasExpAvgSq, linear1Bias);
      updateLinear1Weight(adamStepSize, adamCorrection, relu1Gradient, x, linear1WeightExpAvg, linear1WeightExpAvgSq, linear1Weight);
    },
  };
}

/** Binds evaluate to memory: fill the inputs, call run, read the outputs. */
export function evaluate(memory) {
  const linear1Weight = new Float32Array(memory, 0, 120);
  const linear1Bias = new Float32Array(memory, 480, 30);
  const linear2Weight = new Float32Array(memory, 608, 300);
  const linear2Bias = new Float32Array(memory, 1808, 10);
  const linear3Weight = new Float32Array(memory, 1856, 30);
  const linear3Bias = new Float32Array(memory, 1984, 3);
  const relu1 = new Float32Array(memory, 6032, 2700);
  const relu2 = new Float32Array(memory, 16832, 900);
  const x = new Float32Array(memory, 20432, 360);
  const logits = new Float32Array(memory, 6032, 270);
  const y = new Int32Array(memory, 21872, 90);
  const loss = new Float32Array(memory, 7120, 1);
  const accuracy = new Float32Array(memory, 7136, 1);
  return {
    inputs: { x, y },
    outputs: { loss, accuracy },
    run() {
      forwardLinear1(x, linear1Weight, linear1Bias, relu1);
      forwardLinear2(relu1, linear2Weight, linear2Bias, relu2);
      forwardLinear3(relu2, linear3Weight, linear3Bias, logits);
      lossCrossEntropyInEvaluate(logits, y, loss, accuracy);
    },
  };
}

/** Binds predict to memory: fill the inputs, call run, read the outputs. */
export function predict(memory) {
  const linear1Weight = new Float32Array(memory, 0, 120);
  const linear1Bias = new Float32Array(memory, 480, 30);
  const linear2Weight = new Float32Array(memory, 608, 300);
  const linear2Bias = new Float32Array(memory, 1808, 10);
  const linear3Weight = new Float32Array(memory, 1856, 30);
  const linear3Bias = new Float32Array(memory, 1984, 3);
  const relu1 = new Float32Array(memory, 6032, 2700);
  const relu2 = new Float32Array(memory, 16832, 900);
  const x = new Float32Array(memory, 20432, 360);
  const logits = new Float32Array(memory, 6032, 270);
  return {
    inputs: { x },
    outputs: { logits },
    run() {
      forwardLinear1(x, linear1Weight, linear1Bias, relu1);
      forwardLinear2(relu1, linear2Weight, linear2Bias, relu2);
      forwardLinear3(relu2, linear3Weight, linear3Bias, logits);
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
