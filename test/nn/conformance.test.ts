import { describe, expect, test } from 'vitest';
import { grad } from '../../src/autodiff/grad.ts';
import { specialiseMode } from '../../src/autodiff/mode.ts';
import { TapelessError } from '../../src/ir/errors.ts';
import { interpret } from '../../src/ir/interpret.ts';
import { topologicalOrder, type Tensor } from '../../src/ir/node.ts';
import type { Value } from '../../src/ir/value.ts';
import type { Reduction } from '../../src/ir/types/loss.ts';
import { leakyRelu, logSoftmax, softmax } from '../../src/nn/activation.ts';
import { batchNorm1d } from '../../src/nn/batch-norm.ts';
import { crossEntropy, nll, type CrossEntropyOptions } from '../../src/nn/cross-entropy.ts';
import { dropout } from '../../src/nn/dropout.ts';
import { linear } from '../../src/nn/linear.ts';
import { bceWithLogits } from '../../src/nn/binary-loss.ts';
import { huber, l1Loss, mse, type HuberOptions } from '../../src/nn/loss.ts';
import { constant, input, nameOf, updateOp } from '../../src/ops/leaf.ts';
import { reshape } from '../../src/ops/reshape.ts';
import { firstDifference as differenceOf } from '../../conformance/compare.ts';
import {
  corpusCotangent,
  inputDoubles,
  readCorpus,
  toDoubles,
  type CorpusTensor,
  type OperatorCase,
} from '../../conformance/corpus.ts';

// A fixture of this repository: its cases are those of operators.
const corpus = readCorpus(`${import.meta.dirname}/../fixtures/conformance/ops.jsonl.gz`)
  .cases as readonly OperatorCase[];

function firstDifference(
  data: ArrayLike<number>,
  expected: ArrayLike<number>,
  relative: number,
): string | undefined {
  return differenceOf({ data, shape: [expected.length] }, [expected], { relative, absolute: 1e-15 });
}

/** PyTorch's names of the attributes of the cases below. */
interface CaseAttributes {
  readonly dim?: number;
  readonly slope?: number;
  readonly reduction?: Reduction;
  readonly delta?: number;
  readonly ignore_index?: number;
  readonly label_smoothing?: number;
  readonly training?: boolean;
  readonly momentum?: number;
  readonly eps?: number;
  readonly p?: number;
}

/** A result, and by position the names of the leaves that stand for inputs which our layers own. */
interface Built {
  readonly result: Tensor;
  readonly owned?: Readonly<Record<number, string>>;
}

type Adapter = (
  x: readonly (Tensor | null)[],
  attributes: CaseAttributes,
  operatorCase: OperatorCase,
) => Built;

function at(inputs: readonly (Tensor | null)[], position: number): Tensor {
  const tensor = inputs[position];
  if (tensor === undefined || tensor === null) throw new Error(`the case has no input ${position}`);
  return tensor;
}

function optional<K extends string, V>(key: K, value: V | null | undefined): { readonly [P in K]?: V } {
  // The object has the key or is empty: both are what the type says.
  return (value === null || value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: V };
}

function labelOptions(x: readonly (Tensor | null)[], attributes: CaseAttributes): CrossEntropyOptions {
  return {
    ...optional('reduction', attributes.reduction),
    ...optional('weight', x[2]),
    // PyTorch ignores -100 unless told otherwise; here no label is ignored unless one is named.
    ...(at(x, 1).dtype === 'i32' ? { ignoreIndex: attributes.ignore_index ?? -100 } : {}),
    ...optional('labelSmoothing', attributes.label_smoothing),
  };
}

function huberOptions({ reduction, delta }: CaseAttributes): HuberOptions {
  return { ...optional('reduction', reduction), ...optional('delta', delta) };
}

const adapters: Readonly<Record<string, Adapter>> = {
  softmax: (x, { dim }) => ({ result: softmax(at(x, 0), dim) }),
  log_softmax: (x, { dim }) => ({ result: logSoftmax(at(x, 0), dim) }),
  leaky_relu: (x, { slope }) => ({ result: leakyRelu(at(x, 0), slope) }),
  mse_loss: (x, attrs) => ({ result: mse(at(x, 0), at(x, 1), optional('reduction', attrs.reduction)) }),
  l1_loss: (x, attrs) => ({ result: l1Loss(at(x, 0), at(x, 1), optional('reduction', attrs.reduction)) }),
  huber_loss: (x, attrs) => ({ result: huber(at(x, 0), at(x, 1), huberOptions(attrs)) }),
  bce_with_logits: (x, { reduction }) => ({
    result: bceWithLogits(at(x, 0), at(x, 1), {
      ...optional('reduction', reduction),
      ...optional('weight', x[2]),
      ...optional('positiveWeight', x[3]),
    }),
  }),
  cross_entropy: (x, attrs) => ({ result: crossEntropy(at(x, 0), at(x, 1), labelOptions(x, attrs)) }),
  nll_loss: (x, attrs) => ({ result: nll(at(x, 0), at(x, 1), labelOptions(x, attrs)) }),
  linear: (x, _, operatorCase) => {
    const [outFeatures = 0, inFeatures = 0] = operatorCase.in[1]?.s ?? [];
    const bias = Boolean(x[2]);
    return {
      result: linear(inFeatures, outFeatures, { bias })(at(x, 0)),
      owned: { 1: 'weight', ...(bias ? { 2: 'bias' } : {}) },
    };
  },
  dropout: (x, { p }) => ({ result: dropout(p)(at(x, 0)) }),
  batch_norm: (x, { momentum, eps }, operatorCase) => {
    const shape = operatorCase.in[0]?.s ?? [];
    const [batch = 0, features = 0, ...positions] = shape;
    const affine = Boolean(x[1]);
    const trackRunningStats = Boolean(x[3]);
    const layer = batchNorm1d(features, {
      affine,
      trackRunningStats,
      ...optional('momentum', momentum),
      ...optional('eps', eps),
    });
    // Images are normalised as sequences of their pixels.
    const flat = positions.length > 1 ? reshape(at(x, 0), [batch, features, -1]) : at(x, 0);
    return {
      result: reshape(layer(flat), shape),
      owned: {
        ...(affine ? { 1: 'weight', 2: 'bias' } : {}),
        ...(trackRunningStats ? { 3: 'running_mean', 4: 'running_var' } : {}),
      },
    };
  },
};

/** Refusals that a declaration cannot make, with the reason. */
const beyondDeclarations: Readonly<Record<string, string>> = {
  'linear#1.7': 'a layer makes its own bias',
  'batch_norm#1.23': 'a layer makes its own weight',
  'cross_entropy#1.46': 'labels are data: a session refuses them when they are fed',
};

const dtypes = { f: 'f64', i: 'i32', b: 'bool' } as const;

function valueOf(tensor: CorpusTensor): Value {
  return { shape: tensor.s, dtype: dtypes[tensor.t], data: inputDoubles(tensor) };
}

/** What differs from PyTorch, with a tolerance of 1e-10 of the largest magnitude; nothing if all is well. */
function differences(operatorCase: OperatorCase): readonly string[] {
  const { op, in: given, out = [], grad: expected = [], error } = operatorCase;
  // Attributes of a case are those of its operator, in the fixture's format.
  const attributes = operatorCase.attrs as CaseAttributes;
  const inputs = given.map((each, position) => each && input(`in${position}`, each.s, dtypes[each.t]));
  const adapter = adapters[op];
  if (adapter === undefined) throw new Error(`no adapter for ${op}`);
  if (error !== undefined) {
    try {
      adapter(inputs, attributes, operatorCase);
      return ['was not refused'];
    } catch (refused) {
      return refused instanceof TapelessError ? [] : [String(refused)];
    }
  }
  const { result, owned = {} } = adapter(inputs, attributes, operatorCase);
  const below = topologicalOrder([result]);
  const leafNamed = (name: string): Tensor | undefined =>
    below.find((node) => 'name' in node.attrs && nameOf(node).endsWith(`.${name}`));
  const variables = inputs.map((leaf, position) => {
    const name = owned[position];
    return name === undefined ? leaf : (leafNamed(name) ?? leaf);
  });
  const bindings = new Map<Tensor, Value>();
  variables.forEach((variable, position) => {
    const tensor = given[position];
    if (variable && tensor) bindings.set(variable, valueOf(tensor));
  });
  const training = attributes.training !== false;
  const updates = new Map(
    below.flatMap((node) => {
      const [, leaf, next] = node.inputs;
      return node.op === updateOp && leaf && next ? [[leaf, next] as const] : [];
    }),
  );
  const outputs = out.map((_, position) => {
    if (position === 0) return result;
    const running = variables[position + 2];
    return running ? ((training ? updates.get(running) : undefined) ?? running) : null;
  });
  const wanted = expected.flatMap((each, position) => {
    const variable = variables[position];
    return each && variable ? [{ variable, numbers: each.d64, what: `gradient ${position}` }] : [];
  });
  const [first] = out;
  const shape = first?.s ?? [];
  const count = shape.reduce((product, size) => product * size, 1);
  const cotangent = constant(corpusCotangent(count), shape, 'f64');
  const gradients = grad(
    result,
    wanted.map(({ variable }) => variable),
    { cotangent },
  );
  const checks = [
    ...outputs.map((tensor, position) => ({
      tensor,
      numbers: out[position]?.d64 ?? [],
      what: `output ${position}`,
    })),
    ...wanted.map(({ numbers, what }, position) => ({ tensor: gradients[position], numbers, what })),
  ].flatMap((check) => (check.tensor ? [{ ...check, tensor: check.tensor }] : []));
  const specialised = specialiseMode(
    checks.map(({ tensor }) => tensor),
    training ? 'train' : 'evaluate',
  );
  const values = interpret(
    checks.map(({ tensor }) => specialised.get(tensor) ?? tensor),
    bindings,
  );
  return checks.flatMap(({ numbers, what }, position) => {
    const difference = firstDifference(values[position]?.data ?? [], toDoubles(numbers), 1e-10);
    return difference === undefined ? [] : [`${what}: ${difference}`];
  });
}

describe('layers and losses agree with PyTorch in double precision, values and gradients', () => {
  test.each(Object.keys(adapters))('%s', (op) => {
    const cases = corpus.filter((each) => each.op === op && !(each.id in beyondDeclarations));
    expect(cases.length).toBeGreaterThan(0);
    expect(cases.map((each) => ({ id: each.id, differences: differences(each) }))).toEqual(
      cases.map((each) => ({ id: each.id, differences: [] })),
    );
  });

  test.each(Object.entries(beyondDeclarations))('%s is not refused: %s', (id) => {
    const found = corpus.filter((each) => each.id === id);
    expect(found.map(differences)).toEqual(found.map(() => ['was not refused']));
  });

  test('a wrong reference value is noticed', () => {
    const softmaxCase = corpus.find(({ op, out = [] }) => op === 'softmax' && out.length > 0);
    const [out] = softmaxCase?.out ?? [];
    if (softmaxCase === undefined || out?.d64 === undefined) throw new Error('the case is missing');
    const wrong = { ...out, d64: out.d64.map((each) => Number(each) + 1e-8) };
    expect(differences({ ...softmaxCase, out: [wrong] })).toHaveLength(1);
  });
});
