// Signals of TensorFlow.js.
import { frame, hammingWindow, hannWindow, stft, type FrameOptions, type Tensor } from 'tapeless';
import { booleanOf, Complex, known, numberOf, tensorOf, type CallTable, type TracedCall } from './value.ts';

const spectra: TracedCall = ([signal, length, step, size = null], context) => {
  const parts = stft(
    tensorOf(signal, context),
    numberOf(length),
    numberOf(step),
    size === null ? undefined : numberOf(size),
  );
  return new Complex(parts.real, parts.imaginary);
};

/** Where no frame fits, TensorFlow.js does not look at the step, which may be 0. */
function framed(signal: Tensor, length: number, step: number, options: FrameOptions): Tensor {
  const isNone =
    options.padEnd !== true && known(signal).shape.length === 1 && length > Number(signal.shape[0]);
  return frame(signal, length, isNone ? 1 : step, options);
}

export const signalCalls: CallTable = {
  'signal.frame': ([signal, length, step, padEnd = null, value = null], context): Tensor =>
    framed(tensorOf(signal, context), numberOf(length), numberOf(step), {
      padEnd: booleanOf(padEnd),
      value: numberOf(value, 0),
    }),
  'signal.hannWindow': ([length], context) => hannWindow(numberOf(length), context.float),
  'signal.hammingWindow': ([length], context) => hammingWindow(numberOf(length), context.float),
  'signal.stft': spectra,
};
