// The assembler's modules: functions over one imported memory, with the names section that
// debuggers and the text form show (Core Specification 5.5 and 7.4.1).
import { ByteWriter } from './bytes.ts';
import type { FunctionWriter } from './code.ts';
import { valueTypeCodes, type ValueType } from './opcodes.ts';

export const pageBytes = 65_536;
/** The most that 32-bit addresses reach. */
export const mostPages = 65_536;

export interface ModuleOptions {
  /** Pages that the imported memory must have. */
  readonly pages: number;
  /** Whether the memory is shared between threads. */
  readonly shared: boolean;
}

const magic = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const sections = { custom: 0, type: 1, import: 2, function: 3, export: 7, code: 10 } as const;
const functionType = 0x60;
const functionKind = 0;
const memoryKind = 2;

/** The binary module of some functions over `env.memory`. */
export function encodeModule(
  functions: readonly FunctionWriter[],
  options: ModuleOptions,
): Uint8Array<ArrayBuffer> {
  const types = new Map<string, { readonly index: number; readonly of: FunctionWriter }>();
  const typeOf = functions.map((each) => {
    const key = `${each.parameters.map((parameter) => parameter.type).join()} → ${each.result ?? ''}`;
    const known = types.get(key) ?? { index: types.size, of: each };
    types.set(key, known);
    return known.index;
  });
  const bytes = new ByteWriter();
  bytes.append(magic);
  section(bytes, sections.type, (out) => {
    list(out, [...types.values()], ({ of }) => {
      out.byte(functionType);
      writeTypes(
        out,
        of.parameters.map((parameter) => parameter.type),
      );
      writeTypes(out, of.result === null ? [] : [of.result]);
    });
  });
  section(bytes, sections.import, (out) => {
    out.unsigned(1);
    out.name('env');
    out.name('memory');
    out.byte(memoryKind);
    out.byte(options.shared ? 0x03 : 0x00);
    out.unsigned(options.pages);
    if (options.shared) out.unsigned(mostPages);
  });
  section(bytes, sections.function, (out) => list(out, typeOf, (type) => out.unsigned(type)));
  const exported = [...functions.entries()].filter(([, { isExported }]) => isExported);
  section(bytes, sections.export, (out) =>
    list(out, exported, ([index, { name }]) => {
      out.name(name);
      out.byte(functionKind);
      out.unsigned(index);
    }),
  );
  section(bytes, sections.code, (out) => list(out, functions, (each) => out.sized(each.encode())));
  section(bytes, sections.custom, (out) => writeNames(out, functions));
  return bytes.view().slice();
}

function writeTypes(out: ByteWriter, types: readonly ValueType[]): void {
  list(out, types, (type) => out.byte(valueTypeCodes[type]));
}

function list<T>(out: ByteWriter, items: readonly T[], write: (item: T, index: number) => void): void {
  out.unsigned(items.length);
  items.forEach(write);
}

function section(out: ByteWriter, id: number, write: (content: ByteWriter) => void): void {
  const content = new ByteWriter();
  write(content);
  out.byte(id);
  out.sized(content.view());
}

const nameSubsections = { functions: 1, locals: 2 } as const;

function writeNames(out: ByteWriter, functions: readonly FunctionWriter[]): void {
  out.name('name');
  section(out, nameSubsections.functions, (content) =>
    list(content, functions, ({ name }, index) => {
      content.unsigned(index);
      content.name(name);
    }),
  );
  section(out, nameSubsections.locals, (content) =>
    list(content, functions, ({ localNames }, index) => {
      content.unsigned(index);
      list(content, localNames, (name, local) => {
        content.unsigned(local);
        content.name(name);
      });
    }),
  );
}
