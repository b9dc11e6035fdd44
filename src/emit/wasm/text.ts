// The text form of a binary module of ours, for people to read and compare: names from the names section, one
// statement a line, operands inside their instruction. It is WebAssembly text that any assembler reads.
import { identifiers, printText } from './text/literals.ts';
import { decodeModule, type DecodedFunction, type MemoryImport } from './text/module.ts';
import { foldBody, type Callee, type Expression, type Statement, type Structure } from './text/statements.ts';

/** Columns that lines keep to where they can. */
const lineWidth = 110;

export function printWasm(bytes: Uint8Array): string {
  const { memories, functions } = decodeModule(bytes);
  const names = identifiers(functions.map(({ name }, index) => name ?? `function${index}`));
  const callees = functions.map(({ type }, index): Callee => ({
    identifier: names[index] ?? String(index),
    operands: type.parameters.length,
    results: type.results.length,
  }));
  const blocks = [
    ...memories.map((memory) => [`  ${printMemory(memory)}`]),
    ...functions.map((each, index) => printFunction(each, names[index] ?? String(index), callees)),
  ];
  return ['(module', blocks.map((lines) => lines.join('\n')).join('\n\n'), ')', ''].join('\n');
}

function printMemory({ module, name, pages, most, isShared }: MemoryImport): string {
  const limits = [pages, ...(most === null ? [] : [most]), ...(isShared ? ['shared'] : [])].join(' ');
  return `(import ${printText(module)} ${printText(name)} (memory ${limits}))`;
}

function printFunction(decoded: DecodedFunction, identifier: string, functions: readonly Callee[]): Lines {
  const { type, locals, exports } = decoded;
  const types = [...type.parameters, ...locals];
  const names = identifiers(types.map((_, index) => decoded.localNames.get(index) ?? `local${index}`));
  const declared = types.map((each, index) => `${names[index] ?? ''} ${each}`);
  const signature = [
    ...exports.map((name) => `(export ${printText(name)})`),
    ...declared.slice(0, type.parameters.length).map((parameter) => `(param ${parameter})`),
    ...type.results.map((result) => `(result ${result})`),
  ];
  const body = foldBody(decoded.body, { locals: names, functions, results: type.results.length });
  return [
    ...fill([`(func ${identifier}`, ...signature], 2, 6),
    ...fill(
      declared.slice(type.parameters.length).map((local) => `(local ${local})`),
      4,
      4,
    ),
    ...printStatements(body, 4),
    '  )',
  ];
}

type Lines = readonly string[];

/** Words on as few lines as hold them. */
function fill(words: readonly string[], indent: number, continuedIndent: number): Lines {
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    if (line === '') line = indented(word, indent);
    else if (line.length + 1 + word.length <= lineWidth) line += ` ${word}`;
    else {
      lines.push(line);
      line = indented(word, continuedIndent);
    }
  }
  return line === '' ? lines : [...lines, line];
}

function indented(text: string, indent: number): string {
  return `${' '.repeat(indent)}${text}`;
}

function printStatements(statements: readonly Statement[], indent: number): Lines {
  return statements.flatMap((statement) => {
    switch (statement.kind) {
      case 'expression':
        return printExpression(statement, indent, '');
      case 'stack':
        return [indented(statement.head, indent)];
      case 'block':
      case 'loop':
      case 'if':
        return printStructure(statement, indent);
    }
  });
}

function printStructure(structure: Structure, indent: number): Lines {
  const opening = `(${structure.kind}${structure.label === null ? '' : ` ${structure.label}`}`;
  const body = printStatements(structure.body, indent + 2);
  if (structure.kind !== 'if') return [indented(opening, indent), ...body, indented(')', indent)];
  return [
    ...printCondition(opening, structure.condition, indent),
    ...body,
    ...(structure.otherwise.length === 0
      ? []
      : [indented(') (else', indent), ...printStatements(structure.otherwise, indent + 2)]),
    indented('))', indent),
  ];
}

/** The line or lines before what an `if` runs. */
function printCondition(opening: string, condition: readonly Expression[], indent: number): Lines {
  const line = indented([opening, ...condition.map(flat), '(then'].join(' '), indent);
  if (line.length <= lineWidth) return [line];
  return [
    indented(opening, indent),
    ...condition.flatMap((each) => printExpression(each, indent + 2, '')),
    indented('(then', indent),
  ];
}

function flat({ head, operands }: Expression): string {
  return `(${[head, ...operands.map(flat)].join(' ')})`;
}

/** An expression on one line, or with each operand on lines of its own; `closing` ends what is around it. */
function printExpression(printed: Expression, indent: number, closing: string): Lines {
  const { head, operands, width } = printed;
  if (operands.length === 0 || indent + width + closing.length <= lineWidth) {
    return [indented(flat(printed) + closing, indent)];
  }
  return [
    indented(`(${head}`, indent),
    ...operands.flatMap((operand, index) =>
      printExpression(operand, indent + 2, index === operands.length - 1 ? `)${closing}` : ''),
    ),
  ];
}
