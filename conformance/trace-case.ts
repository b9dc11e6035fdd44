// A unit test of TensorFlow.js: its calls are replayed, and what it asserted is asserted of what came out.
import type { NumericTensor, Tensor } from 'tapeless';
import { firstDifference, labelled } from './compare.ts';
import { describeError, execute, type Bench } from './execute.ts';
import { outcome, type Outcome } from './outcome.ts';
import { evaluator, type Evaluator } from './tfjs/evaluator.ts';
import type { TraceAssertion, TraceCase } from './tfjs/trace.ts';
import { Complex, Text } from './tfjs/value.ts';

export function runTraceCase(traceCase: TraceCase, bench: Bench): Outcome {
  const { trace, asserts } = traceCase;
  const replay = evaluator(traceCase, bench);
  const reasons: string[] = [];
  const claims: Claim[] = [];
  const claim = (done: number): void => {
    for (const assertion of asserts) if (assertion.at === done) claims.push(...claimOf(assertion, replay));
  };
  try {
    claim(0);
    for (const [position, event] of trace.entries()) {
      if (event.throws === undefined) replay.run(event);
      else if (!replay.isRefused(event)) {
        reasons.push(`${event.fn} was not refused; TensorFlow.js says: ${event.throws}`);
      }
      claim(position + 1);
    }
    // What the test asserted after its last call, or before one that was not recorded.
    const isRandom = trace.some(({ fn }) => /random|multinomial|dropout|truncated/i.test(fn));
    reasons.push(...check(claims, replay, bench, isRandom));
  } catch (error) {
    reasons.push(describeError(error));
  }
  return outcome(reasons);
}

/** An assertion with the tensors that it is about, as they were when it was made. */
interface Claim {
  readonly assertion: TraceAssertion;
  readonly tensor: Tensor | Complex | Text;
  readonly other: Tensor | Complex | Text | null;
}

function claimOf(assertion: TraceAssertion, replay: Evaluator): readonly Claim[] {
  const { t, alsoT } = assertion;
  if (t === undefined) return [];
  const other = alsoT === undefined ? null : replay.tensor(alsoT);
  return [{ assertion, tensor: replay.tensor(t), other }];
}

function check(
  claims: readonly Claim[],
  { inputs }: Evaluator,
  bench: Bench,
  isRandom: boolean,
): readonly string[] {
  const wanted = claims.flatMap(({ tensor, other }) => [...partsOf(tensor), ...partsOf(other)]);
  const tensors = [...new Set(wanted)];
  const computed = execute(tensors, inputs, bench);
  const found = new Map(tensors.map((tensor, position) => [tensor, computed[position]] as const));
  const valueOf = (tensor: Tensor | Complex | Text | null): NumericTensor | undefined => {
    const [real, imaginary] = partsOf(tensor).map((part) => found.get(part));
    return real === undefined || imaginary === undefined ? real : interleaved(real, imaginary);
  };
  return claims.flatMap(({ assertion, tensor, other }) => {
    const { t, shape, values, eps = 0 } = assertion;
    if (tensor instanceof Text) return checkText(tensor, assertion);
    const value = valueOf(tensor);
    const what = `tensor ${t}`;
    if (value === undefined) return [`${what} is missing`];
    const ofShape =
      shape === undefined || shape.join() === value.shape.join()
        ? []
        : [`${what} has shape [${value.shape.join(', ')}], expected [${shape.join(', ')}]`];
    const tolerance = { relative: 0, absolute: eps };
    const ofValues =
      values === undefined || (isRandom && other !== null)
        ? []
        : labelled(what, firstDifference(value, [values.map(Number)], tolerance));
    const equal = valueOf(other);
    const ofOther =
      equal === undefined
        ? []
        : labelled(`${what} beside ${assertion.alsoT}`, firstDifference(value, [equal.data], tolerance));
    return [...ofShape, ...ofValues, ...ofOther];
  });
}

function partsOf(tensor: Tensor | Complex | Text | null): readonly Tensor[] {
  if (tensor === null || tensor instanceof Text) return [];
  return tensor instanceof Complex ? [tensor.real, tensor.imaginary] : [tensor];
}

function checkText(
  { elements, shape: found }: Text,
  { t, shape, values }: TraceAssertion,
): readonly string[] {
  const isAsSaid =
    (shape === undefined || shape.join() === found.join()) &&
    (values === undefined || values.map(String).join() === elements.join());
  return isAsSaid ? [] : [`tensor ${t} is another text`];
}

/** Complex numbers as TensorFlow.js lists them: real and imaginary parts by turns. */
function interleaved(real: NumericTensor, imaginary: NumericTensor): NumericTensor {
  const data = new Float64Array(real.data.length * 2);
  real.data.forEach((value, position) => {
    data[2 * position] = value;
    data[2 * position + 1] = imaginary.data[position] ?? Number.NaN;
  });
  return { data, shape: real.shape };
}
