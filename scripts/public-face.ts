// What src/index.ts exports, read from the text: the declarations of each name and the comments on them.
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';

export interface Member {
  readonly name: string;
  readonly isOptional: boolean;
  readonly comment: string;
}

export interface Export {
  readonly name: string;
  /** The file of the declaration, relative to src. */
  readonly file: string;
  /** Whether only a type is exported. */
  readonly isType: boolean;
  readonly isClass: boolean;
  readonly isFunction: boolean;
  /** The comments on all declarations of the name, without stars and line breaks. */
  readonly comment: string;
  /** Properties of an interface. */
  readonly members: readonly Member[];
}

const source = join(import.meta.dirname, '../src');

const parsed = new Map<string, ts.SourceFile>();

function parse(path: string): ts.SourceFile {
  const known = parsed.get(path);
  if (known !== undefined) return known;
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  parsed.set(path, file);
  return file;
}

function commentOn(node: ts.Node): string {
  const comments = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  return comments
    .map((comment) => comment.getText().replace(/^\/\*\*|\*\/$|\n\s*\*/g, ' '))
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim();
}

type Named = ts.FunctionDeclaration | ts.ClassDeclaration | ts.InterfaceDeclaration | ts.TypeAliasDeclaration;

function isNamed(node: ts.Statement): node is Named {
  return (
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node)
  );
}

function declares(statement: ts.Statement, name: string): boolean {
  if (isNamed(statement)) return statement.name?.text === name;
  return (
    ts.isVariableStatement(statement) &&
    statement.declarationList.declarations.some((each) => each.name.getText() === name)
  );
}

interface Reference {
  readonly name: string;
  readonly path: string;
  readonly isType: boolean;
}

/** What a file exports from others. */
function exportsOf(file: ts.SourceFile): readonly Reference[] {
  return file.statements.filter(ts.isExportDeclaration).flatMap((statement) => {
    const { exportClause, moduleSpecifier } = statement;
    if (exportClause === undefined || !ts.isNamedExports(exportClause)) return [];
    if (moduleSpecifier === undefined || !ts.isStringLiteral(moduleSpecifier)) return [];
    const path = join(dirname(file.fileName), moduleSpecifier.text);
    return exportClause.elements.map((element) => ({
      name: element.name.text,
      path,
      isType: statement.isTypeOnly || element.isTypeOnly,
    }));
  });
}

function describeExport({ name, path, isType }: Reference): Export {
  const file = parse(path);
  const declarations = file.statements.filter((statement) => declares(statement, name));
  const onward = exportsOf(file).find((each) => each.name === name);
  if (declarations.length === 0 && onward !== undefined) return describeExport({ ...onward, isType });
  return {
    name,
    file: relative(source, path),
    isType,
    isClass: declarations.some(ts.isClassDeclaration),
    isFunction: declarations.some(ts.isFunctionDeclaration),
    comment: declarations.map(commentOn).join(' ').trim(),
    members: declarations.filter(ts.isInterfaceDeclaration).flatMap(({ members }) =>
      members.filter(ts.isPropertySignature).map((member) => ({
        name: member.name.getText(),
        isOptional: member.questionToken !== undefined,
        comment: commentOn(member),
      })),
    ),
  };
}

/** Everything that `tapeless` exports, in the order of src/index.ts. */
export const publicFace: readonly Export[] = exportsOf(parse(join(source, 'index.ts'))).map(describeExport);
