// A case that calls one operator: its outputs, the gradients of its first output, or the refusal of a malformed call.
import { grad, type Tensor } from 'tapeless';
import { differences, firstDifference, labelled, referencesOf } from './compare.ts';
import { conventions } from './conventions.ts';
import type { CallCase, OpinfoArgument, OpinfoCase, OperatorCase } from './corpus.ts';
import {
  cotangentOf,
  declare,
  describeError,
  execute,
  isRefusal,
  type Bench,
  type FedInput,
} from './execute.ts';
import { operators } from './operators/index.ts';
import { opinfoOperators } from './opinfo/index.ts';
import type { Argument } from './opinfo/opinfo.ts';
import { outOfScope } from './opinfo/scope.ts';
import { outcome, passed, skipped, type Outcome } from './outcome.ts';
import { toleranceOf } from './tolerances.ts';

/** Calls the operator of a case; undefined where the project has no such option. */
type Build = (inputs: readonly (Tensor | null)[]) => readonly Tensor[] | undefined;

export function runOperatorCase(operatorCase: OperatorCase, bench: Bench): Outcome {
  const operator = operators[operatorCase.op];
  if (operator === undefined) return outcome([`there is no operator ${operatorCase.op}`]);
  return runCall(operatorCase, (inputs) => operator(inputs, operatorCase.attrs), bench);
}

export function runOpinfoCase(opinfoCase: OpinfoCase, bench: Bench): Outcome {
  const reason = outOfScope(opinfoCase);
  if (reason !== undefined) return skipped(reason);
  const operator = opinfoOperators[opinfoCase.op];
  if (operator === undefined) return outcome([`there is no operator ${opinfoCase.op}`]);
  const call: Build = (inputs) => {
    const argument = (given: OpinfoArgument): Argument => argumentOf(given, inputs);
    const kwargs = Object.entries(opinfoCase.kwargs).map(([name, given]) => [name, argument(given)] as const);
    return operator({
      args: opinfoCase.args.map(argument),
      kwargs: Object.fromEntries(kwargs),
      shapes: (opinfoCase.out ?? []).map(({ s }) => s),
    });
  };
  return runCall(opinfoCase, call, bench);
}

function argumentOf(given: OpinfoArgument, inputs: readonly (Tensor | null)[]): Argument {
  if (typeof given !== 'object' || given === null) return given;
  if ('$t' in given) return inputs[given.$t] ?? null;
  if ('$slice' in given) return { slice: given.$slice };
  return given.map((each) => argumentOf(each, inputs));
}

function runCall(callCase: CallCase, build: Build, bench: Bench): Outcome {
  const inputs = declare(callCase.in, bench);
  try {
    const results = build(inputs.map((each) => each?.leaf ?? null));
    if (results === undefined) return outcome(['the project has no such option']);
    if (callCase.error === undefined) return outcome(compareCall(callCase, results, inputs, bench));
    execute(results, inputs, bench);
    return outcome([`a malformed call was not refused; PyTorch says: ${callCase.error}`]);
  } catch (error) {
    if (callCase.error !== undefined && isRefusal(error)) return passed;
    return outcome([describeError(error)]);
  }
}

function compareCall(
  { op, out = [], grad: expected = [], fd }: CallCase,
  results: readonly Tensor[],
  inputs: readonly (FedInput | null)[],
  bench: Bench,
): readonly string[] {
  if (results.length < out.length) return [`${results.length} outputs, expected ${out.length}`];
  const outputs = results.slice(0, out.length);
  const [first] = outputs;
  const wanted = expected.flatMap((reference, position) => {
    const variable = inputs[position]?.leaf;
    return reference === null || variable === undefined ? [] : [{ variable, reference, position }];
  });
  const gradients =
    first === undefined || wanted.length === 0
      ? []
      : grad(
          first,
          wanted.map(({ variable }) => variable),
          { cotangent: cotangentOf(first) },
        );
  const found = execute([...outputs, ...gradients], inputs, bench);
  const isDouble = bench.float === 'f64';
  const ofOutputs = out.flatMap((each, position) =>
    differences(`output ${position}`, found[position], each, toleranceOf(op, 'output', isDouble), isDouble),
  );
  const tolerance = toleranceOf(op, 'gradient', isDouble);
  const ofGradients = wanted.flatMap(({ reference, position }, at) => {
    const gradient = found[outputs.length + at];
    if (gradient === undefined) return [`gradient ${position} is missing`];
    const references = referencesOf(reference, isDouble);
    return labelled(`gradient ${position}`, firstDifference(gradient, references, tolerance));
  });
  const isConvention = fd === false && op in conventions;
  return [...ofOutputs, ...(isConvention ? [] : ofGradients)];
}
