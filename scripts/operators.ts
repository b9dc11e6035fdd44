// Keeps docs/operators.md true, which lists the operator set by family: run with `--write` to renew it, as a test without.
import { writeFile } from 'node:fs/promises';
import { publicFace, type Export } from './public-face.ts';

/** Folders and files of src, without the ending, by what they hold together. A file is in the first family that has it. */
const families: Readonly<Record<string, readonly string[]>> = {
  'Leaves, constants and random numbers': [
    'ir/size',
    'ops/leaf',
    'ops/counters',
    'ops/creation',
    'ops/random',
  ],
  'Elementwise functions': [
    'ops/arithmetic',
    'ops/unary',
    'ops/bitwise',
    'ops/blend',
    'ops/clamp',
    'ops/division',
    'ops/hyperbolic',
    'ops/logarithm',
    'ops/rounding',
    'ops/special',
    'ops/bessel',
    'ops/normal-distribution',
    'ops/representation',
    'ops/trigonometric',
    'ops/select',
  ],
  Movement: [
    'ops/broadcast',
    'ops/reshape',
    'ops/concat',
    'ops/movement',
    'ops/pad',
    'ops/parts',
    'ops/axes',
    'ops/repeat',
    'ops/diagonal',
    'ops/stacking',
    'ops/blocks',
  ],
  'Reductions and running sums': [
    'ops/reduce',
    'ops/arg-extreme',
    'ops/cumulative',
    'ops/difference',
    'ops/truth',
    'ops/extremes',
    'ops/log-sum-exp',
    'ops/norm',
    'ops/variance',
    'ops/without-nan',
    'ops/renorm',
    'ops/segment',
  ],
  'Order, search and counting': ['ops/sort', 'ops/quantile', 'ops/search', 'ops/counting', 'ops/distinct'],
  'Reading and writing at indices': [
    'ops/gather',
    'ops/take',
    'ops/index-update',
    'ops/mask',
    'ops/embedding',
    'ops/scatter',
    'ops/region',
  ],
  'Products, linear algebra and distances': [
    'ops/contraction',
    'ops/einsum',
    'ops/product',
    'ops/added-product',
    'ops/tensordot',
    'ops/multi-dot',
    'ops/orthogonal',
    'ops/distance',
  ],
  'Images and signals': ['ops/image', 'ops/signal', 'ops/spectrum'],
  Differentiation: ['autodiff'],
  Activations: ['nn/activation', 'nn/rectifier', 'nn/shrinkage', 'nn/softmax'],
  Losses: [
    'nn/loss',
    'nn/binary-loss',
    'nn/margin-loss',
    'nn/class-margin-loss',
    'nn/distance-loss',
    'nn/likelihood-loss',
    'nn/cross-entropy',
  ],
  Metrics: ['nn/accuracy', 'nn/classification-metric', 'nn/regression-metric'],
  Initialisers: [
    'nn/initialiser',
    'nn/truncated-normal',
    'nn/orthogonal',
    'nn/structured-initialiser',
    'nn/variance-scaling',
  ],
  Layers: ['nn'],
  Schedules: ['optim/schedule', 'optim/adjustable'],
  'Gradients, penalties and averages': ['optim/clip', 'optim/penalty', 'optim/average'],
  Optimizers: ['optim'],
  Programs: ['runtime'],
};

const isIn = (file: string, place: string): boolean => file === `${place}.ts` || file.startsWith(`${place}/`);

function familyOf({ file, name }: Export): string {
  const found = Object.entries(families).find(([, places]) => places.some((place) => isIn(file, place)));
  if (found === undefined) throw new Error(`${name} of ${file} is in no family`);
  return found[0];
}

/** Pieces of a comment with those between backticks left whole, which are every second one. */
function replaceText(comment: string, replace: (text: string) => string): string {
  return comment
    .split(/(`[^`]*`)/)
    .map((piece, at) => (at % 2 === 1 ? piece : replace(piece)))
    .join('');
}

/** The first sentence of a comment, or what comes before its first semicolon. */
function firstSentence(comment: string): string {
  const marked = replaceText(comment, (text) => text.replace(/(?<!et al)[.;](?=\s|$)/g, '\n'));
  const [sentence = ''] = marked.split(/\n| @/);
  return sentence.replace(/\{@link (\w+)\}/g, '`$1`').trim();
}

const libraries = "(?:PyTorch|TensorFlow|TensorFlow\\.js|NumPy|SciPy|JAX|Keras|scikit-learn|torchvision)'?s?";

/** The names that PyTorch has for it, as the comment says. */
function namesInPyTorch(comment: string): readonly string[] {
  const said = /PyTorch's(?: and [\w.]+'s)? ((?:`[^`]+`)(?:(?:,| and|, and) `[^`]+`)*)/.exec(comment)?.[1];
  return said === undefined ? [] : [...said.matchAll(/`[^`]+`/g)].map(([name]) => name);
}

function entry({ name, comment }: Export): string {
  const source = new RegExp(` \\([^()]*${libraries}[^()]*\\)|[.,] As PyTorch's .*$`, 'g');
  const sentence = firstSentence(comment.replace(source, ''));
  const names = namesInPyTorch(comment);
  const beside = names.length === 0 ? '' : ` (${names.join(', ')})`;
  return `- **${name}**${beside}: ${sentence}`;
}

/** The page as it should be. */
export function operatorsPage(): string {
  const listed = publicFace.filter(({ isType, isClass }) => !isType && !isClass);
  const sections = Object.keys(families).map((family) => {
    const entries = listed.filter((each) => familyOf(each) === family).map(entry);
    return `## ${family}\n\n${entries.join('\n')}\n`;
  });
  return `# The operator set

${listed.length} functions, by family; in parentheses what PyTorch calls them. The comments in the source say the rest: options and
defaults, shapes, errors, sources. Where the two libraries differ, [differences-from-pytorch.md](differences-from-pytorch.md)
gives the reason. \`node --conditions=@tapeless/source scripts/operators.ts --write\` writes this page from the comments.

${sections.join('\n')}`;
}

if (process.argv.includes('--write')) {
  await writeFile(new URL('../docs/operators.md', import.meta.url), operatorsPage());
}
