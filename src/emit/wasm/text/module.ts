// Binary modules as values, section by section (Core Specification 5.5): the sections that ../module.ts writes, and
// names, which may be missing.
import { InternalError } from '../../../ir/errors.ts';
import { valueTypeCodes, type ValueType } from '../opcodes.ts';
import { ByteReader } from './byte-reader.ts';
import { readBody, type Instruction } from './instructions.ts';

export interface FunctionType {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
}

export interface MemoryImport {
  readonly module: string;
  readonly name: string;
  readonly pages: number;
  readonly most: number | null;
  readonly isShared: boolean;
}

export interface DecodedFunction {
  readonly type: FunctionType;
  /** Types of the locals behind the parameters. */
  readonly locals: readonly ValueType[];
  readonly body: readonly Instruction[];
  readonly exports: readonly string[];
  readonly name: string | undefined;
  /** Names of parameters and locals by index. */
  readonly localNames: ReadonlyMap<number, string>;
}

export interface DecodedModule {
  readonly memories: readonly MemoryImport[];
  readonly functions: readonly DecodedFunction[];
}

const magic = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

export function decodeModule(bytes: Uint8Array): DecodedModule {
  const reader = new ByteReader(bytes);
  if (magic.some((byte) => reader.byte() !== byte)) throw unknown('the start of the module', 0);

  let types: readonly FunctionType[] = [];
  let memories: readonly MemoryImport[] = [];
  let typeIndices: readonly number[] = [];
  let exported: readonly Export[] = [];
  let bodies: readonly Pick<DecodedFunction, 'locals' | 'body'>[] = [];
  let names: Names = { functions: new Map(), locals: new Map() };

  while (!reader.isAtEnd) {
    const { position } = reader;
    const id = reader.byte();
    const content = reader.sized();
    switch (id) {
      case 0:
        if (content.name() === 'name') names = readNames(content);
        break;
      case 1:
        types = list(content, () => readFunctionType(content));
        break;
      case 2:
        memories = list(content, () => readMemoryImport(content));
        break;
      case 3:
        typeIndices = list(content, () => content.unsigned());
        break;
      case 7:
        exported = list(content, () => readFunctionExport(content));
        break;
      case 10:
        bodies = list(content, () => readFunctionBody(content.sized()));
        break;
      default:
        throw unknown(`section ${id}`, position);
    }
  }

  const functions = bodies.map((body, index) => {
    const type = types[typeIndices[index] ?? -1];
    if (type === undefined) throw new InternalError('E_WASM_TEXT', `function ${index} has no type`);
    return {
      ...body,
      type,
      exports: exported.filter(({ target }) => target === index).map(({ name }) => name),
      name: names.functions.get(index),
      localNames: names.locals.get(index) ?? new Map<number, string>(),
    };
  });
  return { memories, functions };
}

function unknown(what: string, position: number): InternalError {
  return new InternalError(
    'E_WASM_TEXT',
    `${what} at offset ${position} is nothing that the assembler writes`,
  );
}

function list<Item>(reader: ByteReader, read: () => Item): readonly Item[] {
  return Array.from({ length: reader.unsigned() }, read);
}

/** Reads a byte that can only be one. */
function expect(reader: ByteReader, byte: number, what: string): void {
  const { position } = reader;
  if (reader.byte() !== byte) throw unknown(what, position);
}

function readValueType(reader: ByteReader): ValueType {
  const { position } = reader;
  const code = reader.byte();
  for (const type of ['i32', 'f32', 'f64', 'v128'] as const) if (valueTypeCodes[type] === code) return type;
  throw unknown(`value type ${code}`, position);
}

function readFunctionType(reader: ByteReader): FunctionType {
  expect(reader, 0x60, 'the kind of a type');
  const parameters = list(reader, () => readValueType(reader));
  return { parameters, results: list(reader, () => readValueType(reader)) };
}

function readMemoryImport(reader: ByteReader): MemoryImport {
  const module = reader.name();
  const name = reader.name();
  expect(reader, 0x02, 'the kind of an import');
  const flags = reader.byte();
  const pages = reader.unsigned();
  const hasMost = (flags & 1) !== 0;
  return { module, name, pages, most: hasMost ? reader.unsigned() : null, isShared: (flags & 2) !== 0 };
}

interface Export {
  readonly name: string;
  readonly target: number;
}

function readFunctionExport(reader: ByteReader): Export {
  const name = reader.name();
  expect(reader, 0x00, 'the kind of an export');
  return { name, target: reader.unsigned() };
}

function readFunctionBody(reader: ByteReader): Pick<DecodedFunction, 'locals' | 'body'> {
  const runs = list(reader, () => {
    const count = reader.unsigned();
    return Array<ValueType>(count).fill(readValueType(reader));
  });
  return { locals: runs.flat(), body: readBody(reader) };
}

interface Names {
  readonly functions: ReadonlyMap<number, string>;
  readonly locals: ReadonlyMap<number, ReadonlyMap<number, string>>;
}

/** The subsections that name functions and locals; others are passed over (Core Specification 7.4.1). */
function readNames(reader: ByteReader): Names {
  let functions: Names['functions'] = new Map();
  let locals: Names['locals'] = new Map();
  while (!reader.isAtEnd) {
    const id = reader.byte();
    const content = reader.sized();
    const readNameMap = (): ReadonlyMap<number, string> =>
      new Map(list(content, () => [content.unsigned(), content.name()] as const));
    if (id === 1) functions = readNameMap();
    if (id === 2) locals = new Map(list(content, () => [content.unsigned(), readNameMap()] as const));
  }
  return { functions, locals };
}
