// The floors of the house as a lint rule: imports inside src/ point downward only, and what must run in a browser
// imports neither Node nor packages beyond the run-time dependencies. Relies on eslint's rule interface only.
import { isBuiltin } from 'node:module';
import { dirname, relative, resolve, sep } from 'node:path';
import type { Rule } from 'eslint';

/**
 * From the roof to the ground; a floor is a folder of src/ or a single file (`node` is node.ts and node/). A file
 * may import from its own floor and from floors below.
 */
export const floors = [
  'cli',
  'node',
  'index',
  'train',
  'data',
  'viz',
  'metrics',
  'io',
  'runtime',
  'compiler',
  'emit',
  'plan',
  'kernels',
  'rewrite',
  'autodiff',
  'optim',
  'nn',
  'ops',
  'ir',
] as const;

export type Floor = (typeof floors)[number];

/**
 * Floors that know only these others: the utilities around the compiler do not reach into its stages. Charts share the
 * palette of the diagrams, which the emitters print.
 */
const confined: Readonly<
  Partial<Record<Floor, { readonly any: readonly Floor[]; readonly types: readonly Floor[] }>>
> = {
  data: { any: ['ir'], types: [] },
  io: { any: ['ir'], types: [] },
  metrics: { any: ['ir'], types: [] },
  viz: { any: ['data', 'emit', 'ir', 'metrics'], types: ['compiler'] },
};

/** Files that know only these others of their own floor: a checker must not share the mistakes of what it checks. */
const isolated: Readonly<Record<string, readonly string[]>> = {
  'plan/checker.ts': ['plan/checker-memory.ts', 'plan/checker-problem.ts', 'plan/plan.ts'],
  'plan/checker-memory.ts': ['plan/checker-problem.ts', 'plan/plan.ts'],
  'plan/checker-problem.ts': [],
};

/** Floors that may use Node and any package; all others load in a browser. */
const hosted: ReadonlySet<Floor> = new Set<Floor>(['cli', 'node', 'viz']);

const runtimeDependencies: ReadonlySet<string> = new Set(['ts-pattern', 'immer']);

const floorOf = (path: string): Floor | undefined => {
  const name = path.split('/')[0]?.replace(/\.ts$/, '');
  return floors.find((floor) => floor === name);
};

const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** One import, seen from src/: `from` and (if relative) `specifier` resolve to paths such as `plan/checker.ts`. */
export interface ImportSite {
  /** The importing file, relative to src/, with forward slashes. */
  readonly from: string;
  readonly specifier: string;
  /** `import type` and `export type`: gone at run time. */
  readonly typeOnly: boolean;
}

/** Says what is wrong with an import, or `undefined` if the floors allow it. */
export const floorViolation = ({ from, specifier, typeOnly }: ImportSite): string | undefined => {
  const floor = floorOf(from);
  if (floor === undefined) return `src/${from} is on no floor: add its folder to scripts/import-floors.ts`;

  if (!specifier.startsWith('.')) {
    const name = packageOf(specifier);
    if (name === 'tapeless') return `src/ imports its own files by relative paths, not as "${specifier}"`;
    if (hosted.has(floor) || runtimeDependencies.has(name)) return undefined;
    const what = isBuiltin(specifier) ? 'Node' : `the package "${name}"`;
    return `${floor} must load in a browser with ts-pattern and immer alone: it cannot import ${what}`;
  }

  const to = relative('/', resolve('/', dirname(from), specifier))
    .split(sep)
    .join('/');
  const target = floorOf(to);
  if (target === undefined)
    return `"${specifier}" is on no floor: add its folder to scripts/import-floors.ts`;

  if (target === floor) {
    const known = isolated[from];
    return known === undefined || known.includes(to)
      ? undefined
      : `${from} may import only ${known.join(', ')} of its own floor`;
  }
  if (floors.indexOf(target) < floors.indexOf(floor)) {
    return `imports point downward: ${floor} stands below ${target}`;
  }
  const allowed = confined[floor];
  if (allowed === undefined || allowed.any.includes(target)) return undefined;
  if (allowed.types.includes(target)) {
    return typeOnly ? undefined : `${floor} may import types of ${target} only: write \`import type\``;
  }
  return `${floor} knows only ${[...allowed.any, ...allowed.types].join(', ')}: it cannot import ${target}`;
};

/** What the rule reads of the import nodes of ESTree and of TypeScript's extension to it. */
interface ImportingNode {
  readonly source?: { readonly value?: unknown } | null;
  readonly importKind?: 'type' | 'value';
  readonly exportKind?: 'type' | 'value';
}

export const importFloors: Rule.RuleModule = {
  meta: { type: 'problem', schema: [], docs: { description: 'imports inside src/ point downward only' } },
  create(context) {
    const from = relative(resolve(context.cwd, 'src'), context.filename).split(sep).join('/');
    const check = (node: Rule.Node, typeOnly: boolean): void => {
      // ESLint's node types lack what the TypeScript parser adds; the interface names the few fields read here.
      const { source, importKind, exportKind } = node as ImportingNode;
      const specifier = source?.value;
      if (typeof specifier !== 'string') return;
      const isType = typeOnly || importKind === 'type' || exportKind === 'type';
      const message = floorViolation({ from, specifier, typeOnly: isType });
      if (message !== undefined) context.report({ node, message });
    };
    return {
      ImportDeclaration: (node) => {
        check(node, false);
      },
      ImportExpression: (node) => {
        check(node, false);
      },
      ExportNamedDeclaration: (node) => {
        check(node, false);
      },
      ExportAllDeclaration: (node) => {
        check(node, false);
      },
      TSImportType: (node: Rule.Node) => {
        check(node, true);
      },
    };
  },
};
