// A whole program as one JavaScript module: header, layout, scalar functions, kernels, and a function for every entry
// point that binds it to memory. The module imports nothing, and is what sessions run.
import type { DType } from '../../ir/dtype.ts';
import { InternalError } from '../../ir/errors.ts';
import { printSpan } from '../../ir/frame.ts';
import { scopePath, spanOf, type Scope } from '../../ir/origin.ts';
import type { ScalarFunction } from '../../ir/scalar.ts';
import { formulaOf, formulasOf, updatesOf } from '../../kernels/formula.ts';
import type { Buffer, Kernel } from '../../kernels/kernel.ts';
import { identifier, nameTable, publicName } from '../../kernels/names.ts';
import { readableFunction } from '../../kernels/readable-function.ts';
import { arrayValue, nameOf } from '../../ops/leaf.ts';
import { printBytes, type EntryPlan, type Placement, type StateLayout } from '../../plan/plan.ts';
import { calledName, printScalar, requirements, type Requirements } from './expression.ts';
import { gatherArraysIn, namesIn, printStatements, type GatherArray, type Lines } from './statement.ts';
import { supportFunctions } from './support.ts';

/** Everything a module is made from. */
export interface ModuleInput {
  /** First line of the header: name, sizes, numerics, hash. */
  readonly title: string;
  readonly state: StateLayout;
  readonly entries: readonly EntryPlan[];
}

/** The module's source text. */
export function printModule(input: ModuleInput): string {
  const needs = requirements(namesOfKernels(input.entries));
  const kernels = kernelFunctions(input.entries, needs);
  const functions = scalarFunctions(needs);
  const arenaBytes = Math.max(0, ...input.entries.map((entry) => entry.arenaBytes));
  const total = input.entries.reduce((sum, entry) => sum + entry.kernels.length, 0);
  const parts: Lines[] = [
    [`// ${onOneLine(input.title)} · ${mainEntry(input.entries)} · arena ${printBytes(arenaBytes)}`],
    builtinLine(needs),
    ...kernels.arrays,
    ...kernels.functions,
    layoutLines(input.state, arenaBytes),
    stateLines(input.state),
    ...input.entries.map((entry) => entryLines(entry, kernels.nameOf)),
    ...functions,
    supportLines(needs),
  ];
  if (total === 0 && input.entries.length === 0) throw new InternalError('E_EMIT', 'a module needs an entry');
  return `${parts
    .filter((part) => part.length > 0)
    .map((part) => part.join('\n'))
    .join('\n\n')}\n`;
}

/** The entry that the module is mostly for: the training step, or what there is instead. */
function mainEntry(entries: readonly EntryPlan[]): string {
  const entry = entries.find((each) => each.program.name === 'step') ?? entries.at(-1);
  return entry === undefined ? '' : `${entry.program.name} in ${entry.kernels.length} kernels`;
}

function builtinLine(needs: Requirements): Lines {
  const names = [...needs.builtins].toSorted();
  return names.length === 0 ? [] : [`const { ${names.join(', ')} } = Math;`];
}

function supportLines(needs: Requirements): Lines {
  const names = [...needs.support];
  return names.flatMap((name, position) => {
    const code = supportOf(name).code.replace(`function ${name}(`, `function ${calledName(name, needs)}(`);
    return position === 0 ? code.split('\n') : ['', ...code.split('\n')];
  });
}

function supportOf(name: string): (typeof supportFunctions)[string] {
  const support = supportFunctions[name];
  if (support === undefined) throw new InternalError('E_EMIT', `there is no support function ${name}`);
  return support;
}

/** Scalar functions in use, callees first, and what they need themselves. */
function scalarFunctions(needs: Requirements): readonly Lines[] {
  const printed = new Map<ScalarFunction, Lines>();
  const print = (definition: ScalarFunction): void => {
    if (printed.has(definition)) return;
    const own = requirements(needs.taken);
    const { lets, result } = readableFunction(definition);
    const parameters = definition.parameters.map((parameter) => parameter.name).join(', ');
    const lines = [
      `/** ${definition.summary} */`,
      `function ${calledName(definition.name, needs)}(${parameters}) {`,
      ...lets.map(({ local, value }) => `  const ${local.name} = ${printScalar(value, own)};`),
      `  return ${printScalar(result, own)};`,
      '}',
    ];
    for (const callee of own.functions) print(callee);
    for (const name of own.builtins) needs.builtins.add(name);
    for (const name of own.support) needs.support.add(name);
    printed.set(definition, lines);
  };
  for (const definition of needs.functions) print(definition);
  const used = [...needs.support];
  needs.support.clear();
  for (const name of used) addSupport(name, needs);
  return [...printed.values()];
}

function addSupport(name: string, needs: Requirements): void {
  const { builtins, support } = supportOf(name);
  for (const each of builtins) needs.builtins.add(each);
  // What a function needs has to stand before it.
  for (const each of support) addSupport(each, needs);
  needs.support.add(name);
}

interface KernelFunctions {
  readonly functions: readonly Lines[];
  readonly arrays: readonly Lines[];
  readonly nameOf: ReadonlyMap<Kernel, string>;
}

/** Names that kernels give to buffers, loops and values. */
function namesOfKernels(entries: readonly EntryPlan[]): ReadonlySet<string> {
  const all = entries.flatMap((entry) => entry.kernels);
  const buffers = [
    ...all.flatMap(parametersOf),
    ...entries.flatMap((entry) => entry.placements.map((placement) => placement.buffer)),
  ];
  return new Set([
    ...buffers.map((buffer) => buffer.name),
    ...all.flatMap((kernel) => [...namesIn(kernel.body)]),
  ]);
}

/** One function a kernel; kernels of two entries that read the same are one function. */
function kernelFunctions(entries: readonly EntryPlan[], needs: Requirements): KernelFunctions {
  const names = nameTable([...entries.map((entry) => entry.program.name), ...needs.taken]);
  const byText = new Map<string, string>();
  const nameOf = new Map<Kernel, string>();
  const functions: Lines[] = [];
  const arrays = new Map<string, GatherArray>();
  for (const { kernels, program } of entries) {
    for (const kernel of kernels) {
      for (const array of gatherArraysIn(kernel.body, needs)) {
        const longest = Math.max(array.length, arrays.get(array.name)?.length ?? 0);
        arrays.set(array.name, { ...array, length: longest });
      }
      const parameters = parametersOf(kernel);
      const body = printStatements(kernel.body, needs).map((line) => `  ${line}`);
      const text = [kernel.name, parameters.map((buffer) => buffer.name).join(), ...body].join('\n');
      const known = byText.get(text);
      // The same work done otherwise for another entry is told apart by that entry's name.
      const isTaken = [...byText.values()].includes(kernel.name);
      const own = isTaken ? identifier(`${kernel.name} in ${program.name}`) : kernel.name;
      const name = known ?? names.unique(own);
      byText.set(text, name);
      nameOf.set(kernel, name);
      if (known !== undefined) continue;
      const list = parameters.map((buffer) => buffer.name);
      functions.push([...describe(kernel), ...functionHead(name, list), ...body, '}']);
    }
  }
  const lines = [...arrays.values()].map(
    ({ name, type, length }) => `const ${name} = new ${type}(${length});`,
  );
  const comment = '// What kernels gather in; nothing is kept in them from one kernel to the next.';
  return { functions, nameOf, arrays: lines.length === 0 ? [] : [[comment, ...lines]] };
}

const lineWidth = 110;

/** The first line of a function, or one line a parameter where they do not fit on it. */
function functionHead(name: string, parameters: readonly string[]): Lines {
  const line = `function ${name}(${parameters.join(', ')}) {`;
  if (line.length <= lineWidth) return [line];
  return [`function ${name}(`, ...parameters.map((parameter) => `  ${parameter},`), ') {'];
}

/** Buffers that a kernel reads, then those that it only writes, then its private memory. */
function parametersOf(kernel: Kernel): readonly Buffer[] {
  return [...new Set([...kernel.reads, ...kernel.writes, ...kernel.scratch])];
}

/** The kernel's comment: the formula of what it stores, and the layers and lines it comes from. */
function describe(kernel: Kernel): Lines {
  const formulas = formulasOf(kernel);
  const updates = kernel.phase === 'initialise' ? [] : updatesOf(kernel);
  const lines = [...formulas, ...gathered(kernel), ...updates, ...sources(kernel)].map(inComment);
  const [only, ...more] = lines;
  if (only === undefined) return [];
  return more.length === 0 ? [`/** ${only} */`] : ['/**', ...lines.map((line) => ` * ${line}`), ' */'];
}

/** The gradient that an update starts from, which is nowhere stored. */
function gathered(kernel: Kernel): Lines {
  if (kernel.phase !== 'update') return [];
  const known = new Map(kernel.reads.map((buffer) => [buffer.tensor, buffer.name]));
  const gathers = kernel.computes.find(
    ({ op }) => op.lowering.kind === 'contraction' || op.lowering.kind === 'reduction',
  );
  const formula = gathers && formulaOf('gradient', gathers, (each) => known.get(each));
  return formula === undefined ? [] : [formula];
}

/** `iris/linear1 linear(4, 30), iris/relu1 relu()  iris.ts:9`: layers first, functions where there is no layer. */
function sources(kernel: Kernel): Lines {
  const places = new Map<string, Set<string>>();
  // Initial values may be shared constants: what is said is whose values they are.
  const tensors = kernel.phase === 'initialise' ? kernel.writes.map((each) => each.tensor) : kernel.computes;
  for (const { origin } of tensors) {
    const frame = layerOrFunction(origin.scope);
    if (frame === null) continue;
    const span = spanOf({ scope: origin.scope, site: frame.site });
    const line = span === null ? '' : printSpan(span);
    const label = frame.kind === 'function' ? scopePath(frame) : `${scopePath(frame)}: ${frame.label}`;
    const known = places.get(line) ?? new Set<string>();
    places.set(line, known.add(label));
  }
  return [...places].map(([line, labels]) =>
    [[...labels].join(', '), line].filter((part) => part !== '').join('  '),
  );
}

function layerOrFunction(scope: Scope | null): Scope | null {
  if (scope === null) return null;
  if (scope.kind !== 'function') return scope;
  const outer = layerOrFunction(scope.parent);
  return outer === null || outer.kind === 'model' ? scope : outer;
}

/** A line of a comment that no name of the user's can end. */
function inComment(line: string): string {
  return onOneLine(line).replaceAll('*/', '* /');
}

function onOneLine(text: string): string {
  return text.replaceAll(/\s+/g, (gap) => (/[\n\r\u2028\u2029]/.test(gap) ? ' ' : gap));
}

/** A name as a JavaScript string. */
function quoted(name: string): string {
  const escaped = JSON.stringify(name)
    .slice(1, -1)
    .replaceAll(String.raw`\"`, '"')
    .replaceAll("'", String.raw`\'`);
  return `'${escaped}'`;
}

const arrayTypes: Readonly<Record<DType, string>> = {
  f32: 'Float32Array',
  f64: 'Float64Array',
  i32: 'Int32Array',
  bool: 'Uint8Array',
};

function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function view(buffer: Buffer, offset: number): string {
  return `new ${arrayTypes[buffer.dtype]}(memory, ${offset}, ${buffer.length})`;
}

/** The array over a buffer's place in memory; a constant is filled right away. */
function bindingLines({ buffer, offset }: Placement): Lines {
  const line = `  const ${buffer.name} = ${view(buffer, offset)};`;
  const elements = buffer.role === 'constant' ? arrayValue(buffer.tensor)?.data : undefined;
  if (elements === undefined) return [line];
  return [line, `  ${buffer.name}.set([${Array.from(elements, numberText).join(', ')}]);`];
}

function layoutLines(state: StateLayout, arenaBytes: number): Lines {
  const rows = state.slots.map(({ buffer, offset }) => {
    const shape = `[${buffer.shape.join(', ')}]`;
    return `    ${quoted(publicName(buffer))}: { offset: ${offset}, dtype: '${buffer.dtype}', shape: ${shape} },`;
  });
  return [
    '/** Where parameters and state lie, in bytes, and how much memory there has to be. State keeps its place in',
    '    modules of other batch sizes. */',
    'export const layout = {',
    `  bytes: ${arenaBytes},`,
    '  state: {',
    ...rows,
    '  },',
    '};',
  ];
}

function stateLines(state: StateLayout): Lines {
  return [
    '/** Parameters, optimizer state and counters as arrays over the memory. */',
    'export function state(memory) {',
    '  return {',
    ...state.slots.map(({ buffer, offset }) => `    ${quoted(publicName(buffer))}: ${view(buffer, offset)},`),
    '  };',
    '}',
  ];
}

function entryLines(entry: EntryPlan, nameOfKernel: ReadonlyMap<Kernel, string>): Lines {
  const { program } = entry;
  const scratch = entry.kernels.flatMap((kernel) => kernel.scratch);
  const isUsed = (buffer: Buffer): boolean =>
    entry.kernels.some((kernel) => kernel.reads.includes(buffer) || kernel.writes.includes(buffer)) ||
    program.outputs.some((output) => output.buffer === buffer);
  const used = entry.placements.filter((placement) => isUsed(placement.buffer));
  const inputs = used.filter(({ buffer }) => buffer.role === 'input').map(({ buffer }) => buffer);
  const names = nameTable(used.map(({ buffer }) => buffer.name));
  const scratchNames = new Map<string, string>();
  const scratchKey = ({ name, dtype, length }: Buffer): string => `${name} ${dtype} ${length}`;
  const scratchLines = scratch.flatMap((buffer) => {
    if (scratchNames.has(scratchKey(buffer))) return [];
    const name = names.unique(buffer.name);
    scratchNames.set(scratchKey(buffer), name);
    return [`  const ${name} = new ${arrayTypes[buffer.dtype]}(${buffer.length});`];
  });
  const calls = entry.kernels.map((kernel) => {
    const list = parametersOf(kernel).map((buffer) =>
      buffer.role === 'scratch' ? (scratchNames.get(scratchKey(buffer)) ?? buffer.name) : buffer.name,
    );
    return `      ${nameOfKernel.get(kernel) ?? kernel.name}(${list.join(', ')});`;
  });
  const record = (pairs: readonly (readonly [string, string])[]): string =>
    pairs.length === 0
      ? '{}'
      : `{ ${pairs.map(([key, value]) => (key === value ? key : `${quoted(key)}: ${value}`)).join(', ')} }`;
  return [
    program.name === 'initialise'
      ? '/** Binds initialise to memory: put a seed into state(memory).seed[0], then call run. */'
      : `/** Binds ${program.name} to memory: fill the inputs, call run, read the outputs. */`,
    `export function ${program.name}(memory) {`,
    ...used.flatMap(bindingLines),
    ...scratchLines,
    '  return {',
    `    inputs: ${record(inputs.map((buffer) => [publicInputName(buffer), buffer.name] as const))},`,
    `    outputs: ${record(program.outputs.map(({ name, buffer }) => [name, buffer.name] as const))},`,
    '    run() {',
    ...calls,
    '    },',
    '  };',
    '}',
  ];
}

function publicInputName(buffer: Buffer): string {
  return nameOf(buffer.tensor);
}
