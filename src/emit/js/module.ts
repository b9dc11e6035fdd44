// A whole program as one JavaScript module: header, layout, scalar functions, kernels, and a function for every entry
// point that binds it to memory. The module imports nothing, and is what sessions of the JavaScript target run.
import { InternalError } from '../../ir/errors.ts';
import type { ScalarFunction } from '../../ir/scalar.ts';
import type { Buffer, Kernel } from '../../kernels/kernel.ts';
import { nameTable } from '../../kernels/names.ts';
import { readableFunction } from '../../kernels/readable-function.ts';
import type { EntryPlan, StateLayout } from '../../plan/plan.ts';
import { entryLines, usedPlacements } from './entry.ts';
import { calledName, printScalar, requirements, type Requirements } from './expression.ts';
import { kernelFunctions, namesOfKernels, parametersOf } from './kernel-function.ts';
import { arrayTypes, layoutLines, property, stateLines } from './memory.ts';
import type { Lines } from './statement.ts';
import { supportFunctions } from './support.ts';
import { joinParts, lapsNote, titleLines } from './document.ts';

/** Everything a module is made from. */
export interface ModuleInput {
  /** First part of the header: name, sizes, numerics, hash. */
  readonly title: string;
  readonly state: StateLayout;
  readonly entries: readonly EntryPlan[];
  /** Whether `run` takes a `lap` and calls it after every kernel, with the kernel's position: for profiles. */
  readonly hasLaps?: boolean;
}

/** The module's source text. */
export function printModule({ title, state, entries, hasLaps = false }: ModuleInput): string {
  const needs = requirements(namesOfKernels(entries));
  const kernels = kernelFunctions(entries, needs);
  const functions = scalarFunctions(needs);
  if (entries.length === 0) throw new InternalError('E_EMIT', 'a module needs an entry');
  return joinParts([
    titleLines(title, entries, hasLaps ? [lapsNote] : []),
    builtinLine(needs),
    ...kernels.arrays,
    ...kernels.functions,
    layoutLines(state, Math.max(0, ...entries.map((entry) => entry.arenaBytes))),
    stateLines(state),
    ...entries.map((entry) => moduleEntry(entry, kernels.nameOf, hasLaps)),
    ...functions,
    supportLines(needs),
  ]);
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

/** An entry whose kernels are functions of the module: they take the arrays that they read and write. */
function moduleEntry(entry: EntryPlan, nameOfKernel: ReadonlyMap<Kernel, string>, hasLaps: boolean): Lines {
  const bound = usedPlacements(entry);
  const names = nameTable([...bound.map(({ buffer }) => buffer.name), ...nameOfKernel.values()]);
  const scratchNames = new Map<string, string>();
  const scratchKey = ({ name, dtype, length }: Buffer): string => `${name} ${dtype} ${length}`;
  const scratch = entry.kernels.flatMap((kernel) => kernel.scratch);
  const preparation = scratch.flatMap((buffer) => {
    if (scratchNames.has(scratchKey(buffer))) return [];
    const name = names.unique(buffer.name);
    scratchNames.set(scratchKey(buffer), name);
    return [`const ${name} = new ${arrayTypes[buffer.dtype]}(${buffer.length});`];
  });
  // What `run` takes is called by another name where a buffer has this one.
  const lap = names.unique('lap');
  const runBody = entry.kernels.flatMap((kernel, position) => {
    const list = parametersOf(kernel).map((buffer) =>
      buffer.role === 'scratch' ? (scratchNames.get(scratchKey(buffer)) ?? buffer.name) : buffer.name,
    );
    const call = `${nameOfKernel.get(kernel) ?? kernel.name}(${list.join(', ')});`;
    return hasLaps ? [call, `${lap}(${position});`] : [call];
  });
  const runHead = hasLaps ? `run({ ${property('lap', lap)} })` : 'run()';
  const text = { boundTo: 'memory', parameters: 'memory', bound, preparation, runHead, runBody };
  return entryLines(entry, text);
}
