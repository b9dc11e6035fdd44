// What users can import is documented and, where it is differentiable, its gradient is checked. The text of src says what
// there is, so that nothing new can be forgotten.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { publicFace, type Export } from '../scripts/public-face.ts';
import type { GradientTable } from './support/gradient-cases.ts';

const values = publicFace.filter(({ isType, isClass }) => !isType && !isClass);
const byName = new Map(publicFace.map((each) => [each.name, each]));

/** What declares, compiles and differentiates models, in place of computing something. */
const machinery = new Set([
  'adjustable',
  'compile',
  'defineLayer',
  'defineOptimizer',
  'diffPrograms',
  'dim',
  'edit',
  'groups',
  'input',
  'parametersOf',
  'sizeOf',
  'stepCounter',
]);
const mathematics = values.filter(({ name }) => !machinery.has(name));

/** A comment that says the rest in terms of another export, or of a function on another export's shapes and errors. */
function refersTo(comment: string): readonly Export[] {
  return [...comment.matchAll(/\{@link (\w+)\}/g)].flatMap(([, name = '']) => byName.get(name) ?? []);
}

/** Whether a comment, or one that it refers to, is as it should be. */
function holds(each: Export, rule: (comment: string) => boolean, seen: readonly string[] = []): boolean {
  if (rule(each.comment)) return true;
  return refersTo(each.comment)
    .filter(({ name }) => !seen.includes(name))
    .some((other) => holds(other, rule, [...seen, each.name]));
}

const titles = (list: readonly Export[]): readonly string[] =>
  list.map(({ file, name }) => `${file}: ${name}`);

describe('the comment on', () => {
  test('everything that is exported is there', () => {
    expect(titles(publicFace.filter(({ comment }) => comment.length < 4))).toEqual([]);
    expect(values.length).toBeGreaterThan(300);
  });

  test('a function has a formula, or refers to one', () => {
    /** What stands between backticks: every second piece. */
    const isFormula = (comment: string): boolean =>
      comment.split('`').some((piece, at) => at % 2 === 1 && /[-+·*/(=→≤<>≥≠|&~^∨∧¬Σ√∏²…⌈⌊?[]/.test(piece));
    expect(titles(mathematics.filter((each) => !holds(each, isFormula)))).toEqual([]);
  });

  test('a function names where it is from: a paper, or a library that has it', () => {
    const isSource = (comment: string): boolean =>
      /PyTorch|TensorFlow|torchvision|NumPy|SciPy|scikit-learn|Keras|JAX|\b(1[89]|20)\d\d\b/.test(comment);
    // Ours, and said in full by their formulas.
    const own = ['perEpoch', 'warmUp', 'l1', 'l2'];
    const nameless = mathematics.filter((each) => !holds(each, isSource)).map(({ name }) => name);
    expect(nameless).toEqual(own);
  });

  test('a function says what it refuses', () => {
    /** Nothing of what types allow is refused. */
    const total = [
      'scalar',
      'sizeOf',
      'stepCounter',
      'iota',
      'filled',
      'randomBits',
      'randomUniform',
      'randomNormal',
      'identity',
      'centralise',
      'defineOptimizer',
      'parametersOf',
    ];
    const silent = values.filter(
      (each) => each.isFunction && !holds(each, (comment) => comment.includes('@throws')),
    );
    expect(silent.map(({ name }) => name).filter((name) => !total.includes(name))).toEqual([]);
  });

  test('an option says its default, or when it is needed', () => {
    const options = publicFace.filter(({ isType, name }) => isType && /(Options|Bounds|Call)$/.test(name));
    expect(options.length).toBeGreaterThan(50);
    const saysDefault = (comment: string): boolean => /\bdefault\b|needed/i.test(comment);
    const silent = options.flatMap(({ name, members }) =>
      members
        .filter(({ comment, isOptional }) => comment === '' || (isOptional && !saysDefault(comment)))
        .map((member) => `${name}.${member.name}`),
    );
    expect(silent).toEqual([]);
  });
});

/** Why the gradients of some functions are not compared with finite differences. */
const unchecked: Readonly<Record<string, readonly string[]>> = {
  'nothing flows through it: its result is a truth value, a position, a count, or constant between its jumps':
    [
      'equal',
      'notEqual',
      'greater',
      'greaterEqual',
      'less',
      'lessEqual',
      'logicalAnd',
      'logicalOr',
      'logicalXor',
      'logicalNot',
      'isNaN',
      'isInf',
      'isFinite',
      'isClose',
      'bitwiseAnd',
      'bitwiseOr',
      'bitwiseXor',
      'bitwiseNot',
      'bitwiseLeftShift',
      'bitwiseRightShift',
      'ceil',
      'floor',
      'round',
      'sign',
      'trunc',
      'step',
      'floorDivide',
      'stopGradient',
      'all',
      'any',
      'countNonzero',
      'argmax',
      'argmin',
      'argsort',
      'bucketize',
      'searchSorted',
      'histogram',
      'nonzero',
      'oneHot',
      'otsuThreshold',
      'nonMaxSuppression',
      'nextafter',
      'accuracy',
      'binaryAccuracy',
      'topKAccuracy',
      'confusionMatrix',
      'precision',
      'recall',
      'f1',
    ],
  'it takes no tensor whose values matter': [
    'constant',
    'scalar',
    'arange',
    'linspace',
    'logspace',
    'eye',
    'filled',
    'filledLike',
    'onesLike',
    'zerosLike',
    'iota',
    'hammingWindow',
    'hannWindow',
    'randomBits',
    'randomNormal',
    'randomUniform',
  ],
  'it draws at random; softmax and log, of which it is made, are checked': ['gumbelSoftmax'],
  'it differentiates: test/autodiff/grad.test.ts': ['grad'],
  'it is an initialiser, whose statistics test/nn/initialiser.test.ts compares with the formulas': [
    'constantInit',
    'zeros',
    'ones',
    'uniform',
    'normal',
    'gain',
    'truncatedNormal',
    'orthogonal',
    'dirac',
    'identityInit',
    'sparse',
    'xavierUniform',
    'xavierNormal',
    'kaimingUniform',
    'kaimingNormal',
    'lecunUniform',
    'lecunNormal',
    'varianceScaling',
  ],
  'it changes parameters or gradients after differentiation; trajectories in test/optim and test/conformance':
    [
      'sgd',
      'adam',
      'adamW',
      'adamax',
      'adadelta',
      'adafactor',
      'adagrad',
      'asgd',
      'lamb',
      'lion',
      'nadam',
      'radam',
      'rmsprop',
      'rprop',
      'ema',
      'swa',
      'clipNorm',
      'clipValue',
      'centralise',
    ],
  'it is a function of the step counter, compared with recorded rates in test/optim and test/conformance': [
    'constantLr',
    'exponentialLr',
    'lambdaLr',
    'linearLr',
    'multiStepLr',
    'multiplicativeLr',
    'polynomialLr',
    'stepLr',
    'perEpoch',
    'sequentialLr',
    'warmUp',
    'cosineAnnealingLr',
    'cosineWarmRestartsLr',
    'cyclic',
    'oneCycle',
  ],
};

describe('the gradient of', () => {
  test('a function is checked, or there is a reason why not', async () => {
    const folder = join(import.meta.dirname, 'gradients');
    const checked = new Set<string>();
    // One after the other: modules that import one another in a circle can wait for each other for ever.
    for (const file of readdirSync(folder)) {
      // Every file there exports a table under this name.
      const { checks } = (await import(join(folder, file))) as { readonly checks: GradientTable };
      for (const name of Object.keys(checks)) checked.add(name.replace(/ as a (layer|module)$/, ''));
    }
    const excused = Object.values(unchecked).flat();
    const named = mathematics.map(({ name }) => name);
    expect(named.filter((name) => !checked.has(name) && !excused.includes(name))).toEqual([]);
    expect(excused.filter((name) => checked.has(name) || !named.includes(name))).toEqual([]);
    expect(new Set(excused).size).toBe(excused.length);
  });
});
