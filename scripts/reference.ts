// The reference of the public functions and types, made from their comments: `npm run reference` writes it to
// out/reference. A link that leads nowhere fails it.
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  Application,
  Comment,
  CommentTag,
  Converter,
  ReflectionKind,
  type DeclarationReflection,
  type ProjectReflection,
} from 'typedoc';
import manifest from '../package.json' with { type: 'json' };
import { familyOf, families } from './families.ts';

const root = new URL('../', import.meta.url);
const pathOf = (file: string): string => fileURLToPath(new URL(file, root));
const source = pathOf('src');

/** Types stand beside the functions that use them. */
const others = 'Types and errors';

function categoryOf(reflection: DeclarationReflection, file: string): string {
  if (!reflection.kindOf(ReflectionKind.Function | ReflectionKind.Variable)) return others;
  return familyOf({ file: relative(source, file), name: reflection.name });
}

/** The operator set is listed by family, as docs/operators.md has it. */
function sortIntoFamilies(project: ProjectReflection): void {
  const core = project.children?.find(({ name }) => name === 'tapeless');
  if (core?.children === undefined) throw new Error('the reference has no module "tapeless"');
  for (const child of core.children) {
    const file = project.getSymbolIdFromReflection(child)?.fileName;
    if (file === undefined) throw new Error(`the file of ${child.name} is not known`);
    child.comment ??= new Comment();
    child.comment.blockTags.push(
      new CommentTag('@category', [{ kind: 'text', text: categoryOf(child, file) }]),
    );
  }
}

/** The source of every subpath export, by the name under which it is imported. */
const entries = new Map(
  Object.entries(manifest.exports).flatMap(([path, target]) =>
    typeof target === 'string' ? [] : [[`tapeless${path.slice(1)}`, target['@tapeless/source']] as const],
  ),
);

/** Makes the reference and writes it, if a folder is given; what was wrong is printed. Whether all was well. */
export async function makeReference(folder?: string): Promise<boolean> {
  const app = await Application.bootstrap({
    name: 'tapeless',
    entryPoints: [...entries.values()].map(pathOf),
    tsconfig: pathOf('tsconfig.json'),
    readme: pathOf('README.md'),
    excludePrivate: true,
    disableSources: true,
    categoryOrder: [...Object.keys(families), others, '*'],
    navigation: { includeCategories: true, includeGroups: false },
    treatWarningsAsErrors: true,
    // The types that compute shapes are not exported, and are of no use by themselves.
    validation: { notExported: false, invalidLink: true, notDocumented: false, invalidPath: false },
  });
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.children ?? []) {
      const [name] =
        [...entries].find(([, file]) => file.replace(/^\.\/src\/|(\/index)?\.ts$/g, '') === module.name) ??
        [];
      if (name !== undefined) module.name = name;
    }
    sortIntoFamilies(project);
  });
  const project = await app.convert();
  if (project === undefined) return false;
  app.validate(project);
  if (folder !== undefined) await app.generateDocs(project, folder);
  return !app.logger.hasErrors() && !app.logger.hasWarnings();
}

if (import.meta.main) {
  const folder = pathOf('out/reference');
  if (await makeReference(folder)) console.log(`${relative('.', folder)}/index.html`);
  else process.exitCode = 1;
}
