// Keeps docs/operators.md true, which lists the operator set by family: run with `--write` to renew it, as a test without.
import { writeFile } from 'node:fs/promises';
import { families, familyOf } from './families.ts';
import { publicFace, type Export } from './public-face.ts';

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
