// Keeps the README's picture and generated excerpts true: run with `--write` to renew them, as a test without.
import { readFile, writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dim, input, linear, relu, TapelessError } from 'tapeless';
import { renderDiagram } from 'tapeless/viz';
import { program } from '../examples/iris/model.ts';

const root = new URL('../', import.meta.url);

function kernel(name: string): string {
  const found = new RegExp(`/\\*\\*(?:(?!/\\*\\*)[^])*?function ${name}\\([^]*?\\n}\\n`).exec(program.source);
  if (found === null) throw new Error(`the generated step has no kernel ${name}`);
  return `\`\`\`js\n${found[0].trimEnd()}\n\`\`\``;
}

function shapeError(): string {
  const batch = dim('batch');
  try {
    const x = input('x', [batch, 784]);
    const hidden = relu(linear(784, 128)(x));
    // @ts-expect-error: the editor refuses it, too
    linear(64, 10, { name: 'head' })(hidden);
  } catch (error) {
    if (error instanceof TapelessError) return `\`\`\`\n${error.toString()}\n\`\`\``;
  }
  throw new Error('a wrong shape was accepted');
}

const excerpts: Readonly<Record<string, () => string>> = {
  forward: () => kernel('forwardLinear1'),
  update: () => kernel('updateLinear1Weight'),
  error: shapeError,
};

/** The files that this script makes, with the contents that they should have. */
export async function readmeFiles(): Promise<ReadonlyMap<string, string>> {
  const readme = await readFile(new URL('README.md', root), 'utf8');
  const renewed = readme.replaceAll(
    /(<!-- begin (\w+) -->\n)[^]*?(<!-- end \2 -->)/g,
    (_, begin: string, name: string, end: string) => `${begin}\n${excerpts[name]?.() ?? ''}\n\n${end}`,
  );
  return new Map([
    ['README.md', renewed],
    ['docs/pictures/iris-model.svg', await renderDiagram(program.toDot({ view: 'model' }))],
    ['docs/pictures/iris-step.svg', await renderDiagram(program.toDot({ view: 'step' }))],
  ]);
}

if (process.argv.includes('--write')) {
  for (const [file, text] of await readmeFiles()) {
    const url = new URL(file, root);
    await writeFile(url, text);
    console.log(relative('.', fileURLToPath(url)));
  }
}
