// The code of a page of the docs as programs that can be checked and run. Blocks of ```ts on a page form one module, in
// their order; `<!-- new program -->` begins another. What a page may say:
//
// - a first line `// model.ts` makes the block a file of that name, which other blocks import by './model.ts';
// - a first line `// examples/iris/model.ts`, with a folder, quotes a file of the project: the block has to stand there;
// - `<!-- hidden … -->` is code that runs and is not shown;
// - `expression; // → text` at the end of a line says what the expression gives, as JSON (typed arrays as lists);
// - a block of ```text right after the code says what that code prints. `…` stands for anything, in results as well;
// - an image right after the code (and after what it prints) is the SVG that the last constant of the code holds;
// - ```ts no-run is checked by the compiler only.

/** What a page says that a line of code gives, or a block prints. */
export interface Claim {
  readonly id: number;
  /** The code that it is about. */
  readonly about: string;
  readonly expected: string;
}

/** A picture of a page, which the program above it draws. */
export interface PictureClaim {
  readonly id: number;
  /** The file, as the page links to it. */
  readonly file: string;
}

export interface DocProgram {
  /** Contents by file name, as written; `main.ts` is what runs. */
  readonly files: ReadonlyMap<string, string>;
  /** The same files, where every claim prints what it found. */
  readonly instrumented: ReadonlyMap<string, string>;
  readonly claims: readonly Claim[];
  readonly pictures: readonly PictureClaim[];
  readonly runs: boolean;
}

/** A piece of a file of the project that a page shows. */
export interface Excerpt {
  readonly file: string;
  readonly code: string;
}

interface Block {
  readonly code: string;
  readonly output?: string;
  readonly picture?: string;
  readonly runs: boolean;
}

/** Begins and ends what a claim found, in what a program prints. */
export const claimMark = '\u0001';

const blockPattern =
  /<!-- (new program) -->|<!-- hidden\n([^]*?)-->|^```ts( no-run)?\n([^]*?)^```(?:\n+```text\n([^]*?)^```)?(?:\n+!\[[^\]]*\]\(([^)\s]+\.svg)\))?/gm;

/** The programs and the quotations of a page. */
export function programsOf(markdown: string): {
  readonly programs: readonly DocProgram[];
  readonly excerpts: readonly Excerpt[];
} {
  const groups: Block[][] = [[]];
  const excerpts: Excerpt[] = [];
  for (const [, isNew, hidden, noRun, code = '', output, picture] of markdown.matchAll(blockPattern)) {
    const quoted = /^\/\/ (\S+\/\S+\.\w+)\n/.exec(code);
    if (isNew !== undefined) groups.push([]);
    else if (quoted?.[1] !== undefined)
      excerpts.push({ file: quoted[1], code: code.slice(quoted[0].length) });
    else {
      groups.at(-1)?.push({
        code: hidden ?? code,
        runs: noRun === undefined,
        ...(output === undefined ? {} : { output }),
        ...(picture === undefined ? {} : { picture }),
      });
    }
  }
  return { programs: groups.filter((blocks) => blocks.length > 0).map(programOf), excerpts };
}

function programOf(blocks: readonly Block[]): DocProgram {
  const claims: Claim[] = [];
  const pictures: PictureClaim[] = [];
  let count = 0;
  const claim = (about: string, expected: string): number => {
    claims.push({ id: count, about, expected });
    return count++;
  };
  const files = new Map<string, string>([['main.ts', '']]);
  const instrumented = new Map<string, string>([['main.ts', '']]);
  for (const { code, output, picture } of blocks) {
    const name = /^\/\/ ([\w-]+\.ts)\n/.exec(code)?.[1] ?? 'main.ts';
    files.set(name, `${files.get(name) ?? ''}${code}\n`);
    const noted = code.replaceAll(
      /^((?:const (\w+) = )?(\S.*)); \/\/ → (.*)$/gm,
      (line, statement: string, constant: string | undefined, value: string, expected: string) => {
        const note = `__note(${claim(line, expected)}, `;
        return constant === undefined ? `${note}${value});` : `${statement}; ${note}${constant});`;
      },
    );
    const missed = /^.*\/\/ →.*$/m.exec(noted)?.[0];
    if (missed !== undefined)
      throw new Error(`nothing would check this claim; begin it on one line\n${missed}`);
    const printing =
      output === undefined ? noted : `__begin(${claim(code, output.trimEnd())});\n${noted}\n__end();`;
    let drawing = '';
    if (picture !== undefined) {
      pictures.push({ id: count, file: picture });
      drawing = `__draw(${count++}, ${lastConstant(code)});\n`;
    }
    instrumented.set(name, `${instrumented.get(name) ?? ''}${printing}\n${drawing}`);
  }
  const runs = blocks.every(({ runs: each }) => each);
  if (!runs && claims.length > 0) throw new Error(`nothing runs, so nothing checks\n${claims[0]?.about}`);
  return {
    files: mapped(files, (text) => withImportsFirst(text, '')),
    instrumented: mapped(instrumented, (text) => withImportsFirst(text, instruments)),
    claims,
    pictures,
    runs,
  };
}

/** The name of the last constant that a block declares outside of functions. */
function lastConstant(code: string): string {
  const name = [...code.matchAll(/^(?:export )?const (\w+)\b/gm)].at(-1)?.[1];
  if (name === undefined) throw new Error(`no constant holds the picture after\n${code}`);
  return name;
}

const instruments = `
const __mark = ${JSON.stringify(claimMark)};
const __shown = (value: unknown): string =>
  JSON.stringify(value, (_name, part: unknown) => (ArrayBuffer.isView(part) ? Array.from(part as Float32Array) : part)) ?? String(value);
const __note = (id: number, value: unknown): void => console.log(\`\${__mark}\${id}:\${__shown(value)}\${__mark}\`);
const __draw = (id: number, picture: string): void => console.log(\`\${__mark}\${id}:\${picture}\${__mark}\`);
const __begin = (id: number): void => console.log(\`\${__mark}\${id}:\`);
const __end = (): void => console.log(__mark);
`;

/** Every name is imported once, before all code: blocks of a page may repeat what they use. */
function withImportsFirst(text: string, prelude: string): string {
  const imports = new Map<string, Set<string>>();
  const whole = new Set<string>();
  const rest = text.replaceAll(
    /^import (?:(type )?\{([^}]*)\} from )?([^;]*);\n/gm,
    (line, type: string | undefined, names: string | undefined, from: string) => {
      if (names === undefined) {
        whole.add(line.trim());
        return '';
      }
      const known = imports.get(from) ?? new Set();
      for (const name of names.split(',')) if (name.trim() !== '') known.add(`${type ?? ''}${name.trim()}`);
      imports.set(from, known);
      return '';
    },
  );
  const lines = [...imports].map(([from, names]) => `import { ${[...names].join(', ')} } from ${from};`);
  return [...whole, ...lines, prelude, rest].join('\n');
}

function mapped(
  texts: ReadonlyMap<string, string>,
  change: (text: string) => string,
): ReadonlyMap<string, string> {
  return new Map([...texts].map(([name, text]) => [name, change(text)]));
}

/** What each claim found, by its number. */
export function foundIn(printed: string): ReadonlyMap<number, string> {
  const parts = printed.matchAll(new RegExp(`${claimMark}(\\d+):\\n?([^${claimMark}]*)${claimMark}`, 'g'));
  return new Map([...parts].map(([, id, text = '']) => [Number(id), text.trimEnd()]));
}

/** Whether what was found is as the page says, where `…` stands for anything. */
export function isAsClaimed(found: string, expected: string): boolean {
  const pattern = expected
    .split('…')
    .map((part) => part.trim().replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('[^]*');
  return new RegExp(`^\\s*${pattern}\\s*$`).test(found);
}
