// How generated JavaScript sees memory: the layout table, the state by name, and arrays over buffers. Modules and
// drivers share it, so that both address one layout.
import type { DType } from '../../ir/dtype.ts';
import type { Buffer } from '../../kernels/kernel.ts';
import { publicName } from '../../kernels/names.ts';
import { arrayValue } from '../../ops/leaf.ts';
import type { Placement, StateLayout } from '../../plan/plan.ts';
import type { Lines } from './statement.ts';

/** A name as a JavaScript string. */
function quoted(name: string): string {
  const escaped = JSON.stringify(name)
    .slice(1, -1)
    .replaceAll(String.raw`\"`, '"')
    .replaceAll("'", String.raw`\'`);
  return `'${escaped}'`;
}

/** A field of an object: `key: value`, quoted where the key has to be, or the key alone where it says both. */
export function property(key: string, value: string): string {
  if (key === value) return key;
  return `${/^[A-Za-z_$][\w$]*$/.test(key) ? key : quoted(key)}: ${value}`;
}

/** The kind of array that holds a dtype. */
export const arrayTypes: Readonly<Record<DType, string>> = {
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
export function bindingLines({ buffer, offset }: Placement): Lines {
  const line = `  const ${buffer.name} = ${view(buffer, offset)};`;
  const elements = buffer.role === 'constant' ? arrayValue(buffer.tensor)?.data : undefined;
  if (elements === undefined) return [line];
  return [line, `  ${buffer.name}.set([${Array.from(elements, numberText).join(', ')}]);`];
}

/** The table of what lies where. `bytes` is how much memory there has to be. */
export function layoutLines(state: StateLayout, bytes: number): Lines {
  const rows = state.slots.map(({ buffer, offset }) => {
    const shape = `[${buffer.shape.join(', ')}]`;
    return `    ${quoted(publicName(buffer))}: { offset: ${offset}, dtype: '${buffer.dtype}', shape: ${shape} },`;
  });
  return [
    '/** Where parameters and state lie, in bytes, and how much memory there has to be. State keeps its place in',
    '    modules of other batch sizes. */',
    'export const layout = {',
    `  bytes: ${bytes},`,
    '  state: {',
    ...rows,
    '  },',
    '};',
  ];
}

/** The function that gives the state as arrays by name. */
export function stateLines(state: StateLayout): Lines {
  return [
    '/** Parameters, optimizer state and counters as arrays over the memory. */',
    'export function state(memory) {',
    '  return {',
    ...state.slots.map(({ buffer, offset }) => `    ${quoted(publicName(buffer))}: ${view(buffer, offset)},`),
    '  };',
    '}',
  ];
}
