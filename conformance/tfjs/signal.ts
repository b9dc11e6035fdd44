// Signals of TensorFlow.js.
import { frame, hammingWindow, hannWindow, rfft, stft, type Tensor } from 'tapeless';
import { booleanOf, Complex, numberOf, tensorOf, type CallTable, type TracedCall } from './value.ts';

const spectra: TracedCall = ([signal, length, step, size = null], context) => {
  const parts = stft(
    tensorOf(signal, context),
    numberOf(length),
    numberOf(step),
    size === null ? undefined : numberOf(size),
  );
  return new Complex(parts.real, parts.imaginary);
};

export const signalCalls: CallTable = {
  'signal.frame': ([signal, length, step, padEnd = null, value = null], context): Tensor =>
    frame(tensorOf(signal, context), numberOf(length), numberOf(step), {
      padEnd: booleanOf(padEnd),
      value: numberOf(value, 0),
    }),
  'signal.hannWindow': ([length], context) => hannWindow(numberOf(length), context.float),
  'signal.hammingWindow': ([length], context) => hammingWindow(numberOf(length), context.float),
  'signal.stft': spectra,
  'spectral.rfft': ([x, length = null], context) => {
    const parts = rfft(tensorOf(x, context), length === null ? undefined : numberOf(length));
    return new Complex(parts.real, parts.imaginary);
  },
};
