import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  dropMissing,
  features,
  fillMissing,
  missingCounts,
  parseCsv,
  tableDataset,
  takeTableRows,
} from 'tapeless/data';
import type { CsvOptions } from 'tapeless/data';
import type { DataError } from '../../src/ir/errors.ts';
import { expectDataError } from './expect-data-error.ts';

const people = 'name,age,height,member\nAda,36,1.7,true\nBob,,1.82,False\n"Eve, ""E""",29,,TRUE\n';

describe('parseCsv', () => {
  test('finds what each column holds, and what is missing', () => {
    const table = parseCsv(people);
    expect(table.size).toBe(3);
    expect(table.names).toEqual(['name', 'age', 'height', 'member']);
    expect(table.columns['name']).toEqual({ kind: 'text', data: ['Ada', 'Bob', 'Eve, "E"'] });
    expect(table.columns['age']).toEqual({ kind: 'real', data: Float64Array.of(36, NaN, 29) });
    expect(table.columns['height']).toEqual({ kind: 'real', data: Float64Array.of(1.7, 1.82, NaN) });
    expect(table.columns['member']).toEqual({ kind: 'boolean', data: [true, false, true] });
    expect([...table.lines]).toEqual([2, 3, 4]);
    expect(missingCounts(table)).toEqual({ name: 0, age: 1, height: 1, member: 0 });
  });

  test.each([
    ['integers', '1\n-2\n +3 \n', { kind: 'integer', data: Int32Array.of(1, -2, 3) }],
    [
      'integers beyond 32 bits as reals',
      '1\n2147483648\n',
      { kind: 'real', data: Float64Array.of(1, 2 ** 31) },
    ],
    [
      'reals',
      '1\n.5\n2.\n-1e-3\nInf\n-inf\n',
      { kind: 'real', data: Float64Array.of(1, 0.5, 2, -1e-3, Infinity, -Infinity) },
    ],
    ['nothing but missing values as reals', 'NA\n""\n', { kind: 'real', data: Float64Array.of(NaN, NaN) }],
    ['numbers and truth values as texts', '1\ntrue\n', { kind: 'text', data: ['1', 'true'] }],
    ['what only looks like a number as text', '0x10\n1e\n', { kind: 'text', data: ['0x10', '1e'] }],
  ])('reads %s', (_what, text, column) => {
    expect(parseCsv(`v\n${text}`).columns['v']).toEqual(column);
  });

  test('reads line ends of all systems, byte order marks and no line end at the end', () => {
    const expected = parseCsv('a,b\n1,x\n2,y\n').columns;
    for (const text of ['a,b\r\n1,x\r\n2,y\r\n', 'a,b\r1,x\r2,y', '\uFEFFa,b\n\n1,x\n\n\n2,y']) {
      expect(parseCsv(text).columns).toEqual(expected);
      expect(parseCsv(new TextEncoder().encode(text)).columns).toEqual(expected);
    }
    const utf16 = Uint8Array.from('\uFEFFa,b\n1,x\n2,y', (character) => character.charCodeAt(0));
    const wide = new Uint8Array(Uint16Array.from('\uFEFFa,b\n1,x\n2,y', (c) => c.charCodeAt(0)).buffer);
    expect(utf16.length * 2).toBe(wide.length);
    expect(parseCsv(wide).columns).toEqual(expected);
    expect(parseCsv(Uint8Array.of(97, 10, 0xe4), { encoding: 'latin1' }).columns['a']?.data).toEqual(['ä']);
  });

  test('reads line breaks and delimiters inside quotes, and counts their lines', () => {
    const table = parseCsv('a,b\n"one\r\ntwo",1\n"x,y",2\n');
    expect(table.columns['a']?.data).toEqual(['one\r\ntwo', 'x,y']);
    expect([...table.lines]).toEqual([2, 4]);
  });

  test('takes other delimiters, decimal commas, comments, white space and markers', () => {
    const text = '# made by hand\na; b\n1,5 ; x\n# no\n? ;y\n';
    const table = parseCsv(text, {
      delimiter: ';',
      decimal: ',',
      comment: '#',
      trim: true,
      missing: ['?'],
    });
    expect(table.columns['a']).toEqual({ kind: 'real', data: Float64Array.of(1.5, NaN) });
    expect(table.columns['b']?.data).toEqual(['x', 'y']);
    expect([...table.lines]).toEqual([3, 5]);
    for (const delimiter of [',', ';', '\t', '|']) {
      const found = parseCsv(`a${delimiter}"b,;|c"\n1${delimiter}2`, { delimiter: 'auto' });
      expect(found.names).toEqual(['a', 'b,;|c']);
    }
    expect(parseCsv('a\n"b', { quote: '' }).columns['a']?.data).toEqual(['"b']);
  });

  test('does without a header, takes some columns, some rows and skips lines', () => {
    expect(parseCsv('1,2\n3,4', { header: false }).names).toEqual(['column0', 'column1']);
    expect(parseCsv('1,2\n3,4', { header: ['p', 'q'] }).columns['q']?.data).toEqual(Int32Array.of(2, 4));
    const table = parseCsv('title\na,b\n1,x\n2,y', { skipLines: 1, columns: ['b'], rows: 1 });
    expect(table.names).toEqual(['b']);
    expect(table.columns['b']?.data).toEqual(['x']);
    expect(parseCsv(',a\n0,1').names).toEqual(['Unnamed: 0', 'a']);
  });

  test('reads columns as what was asked for, and their types say so', () => {
    const table = parseCsv('a,b,c\n1,2,3\n4,5,true', { types: { a: 'real', b: 'text' } });
    expectTypeOf(table.columns.a.data).toEqualTypeOf<Float64Array>();
    expectTypeOf(table.columns.b.data).toEqualTypeOf<readonly (string | null)[]>();
    expect(table.columns.a.data).toEqual(Float64Array.of(1, 4));
    expect(table.columns.b.data).toEqual(['2', '5']);
    expect(table.columns['c']?.kind).toBe('text');
  });

  test('gives file, line and column of what is malformed, in the message and as fields', () => {
    const cases = [
      ['E_CSV_RAGGED', 'a,b\n1,2\n\n3\n', {}, 4, 2, '1 cell(s), expected 2'],
      ['E_CSV_RAGGED', 'a,b\r\n1,2,,5\r\n', {}, 2, 5, '4 cell(s), expected 2'],
      ['E_CSV_QUOTE', 'a,b\n"x\ny",1\n2,"open\n', {}, 4, 3, 'not closed'],
      ['E_CSV_QUOTE', 'a,b\n"x"y,1\n', {}, 2, 4, 'after the closing quote comes "y"'],
      ['E_CSV_VALUE', 'a,b\n"1\n",2\n3,x\n', { types: { b: 'real' } }, 4, 3, '"x" is no number'],
      ['E_CSV_VALUE', 'a\n1\n \n', { types: { a: 'real' } }, 3, 1, '" " is no number'],
      ['E_CSV_VALUE', 'a\n1\n2.5\n', { types: { a: 'integer' } }, 3, 1, 'integer of 32 bits'],
      ['E_CSV_VALUE', 'a,b\n1,1\n2,\n', { types: { b: 'integer' } }, 3, 3, 'integer of 32 bits'],
      ['E_CSV_VALUE', 'a\ntrue\nyes\n', { types: { a: 'boolean' } }, 3, 1, 'truth value'],
      ['E_CSV_HEADER', 'a,b,a\n1,2,3\n', {}, 1, 5, 'columns 1 and 3'],
      ['E_CSV_HEADER', 'a,b\n1,2\n', { columns: ['c'] }, 1, 1, 'no column "c"'],
      ['E_CSV_HEADER', 'a,b\n1,2\n', { types: { c: 'real' } }, 1, 1, 'the columns are a, b'],
    ] as const;
    for (const [code, text, options, line, column, fragment] of cases) {
      const read = () => parseCsv(text, { ...(options as CsvOptions), file: 'people.csv' });
      expectDataError(read, code, `people.csv:${line}:${column}: `, fragment);
      const spans = [{ file: 'people.csv', line, column }];
      expect(read).toThrow(expect.objectContaining({ spans }) as DataError);
    }
  });

  test('says where bytes are not of the encoding', () => {
    expectDataError(
      () => parseCsv(Uint8Array.of(97, 10, 98, 0xe4), { file: 'f' }),
      'E_TEXT_ENCODING',
      'f:2:2: ',
      'utf-8',
    );
    expectDataError(
      () => parseCsv(new Uint8Array(1), { encoding: 'klingon' }),
      'E_TEXT_ENCODING',
      '"klingon"',
    );
  });

  test('refuses files without rows and options that make no sense', () => {
    expectDataError(() => parseCsv('', { file: 'f' }), 'E_DATA_EMPTY', 'f: ', 'the file is empty');
    expectDataError(() => parseCsv('\n\n'), 'E_DATA_EMPTY');
    expectDataError(() => parseCsv('a,b\n'), 'E_DATA_EMPTY', 'after the header');
    for (const options of [{ delimiter: ',,' }, { delimiter: '"' }, { delimiter: '\n' }, { quote: '""' }]) {
      expectDataError(() => parseCsv('a\n1', options), 'E_DATA_OPTION', 'single characters');
    }
    expectDataError(() => parseCsv('a\n1', { rows: 0 }), 'E_DATA_OPTION', 'rows is 0');
    expectDataError(() => parseCsv('a\n1', { skipLines: -1 }), 'E_DATA_OPTION', 'skipLines is -1');
    expectDataError(() => parseCsv('1,1', { header: ['a', 'a'] }), 'E_DATA_OPTION', 'twice');
  });

  const cell = fc.string({ maxLength: 6, unit: fc.constantFrom('a', ',', '"', '\n', '\r', ' ', 'ü', '1') });
  const records = fc
    .integer({ min: 1, max: 4 })
    .chain((width) =>
      fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }),
    );

  property.prop([records])('reads back every text that was written in quotes', (rows) => {
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    const names = rows[0]?.map((_, index) => `c${index}`) ?? [];
    const text = [names, ...rows].map((row) => row.map(quoted).join(',')).join('\r\n');
    const types = Object.fromEntries(names.map((name) => [name, 'text' as const]));
    const { columns } = parseCsv(text, { types, missing: [] });
    names.forEach((name, index) => expect(columns[name]?.data).toEqual(rows.map((row) => row[index])));
  });
});

describe('a table', () => {
  const iris = parseCsv('length,width,n,wild,species\n5.1,3,1,true,setosa\n7,3.2,2,false,versicolor\n', {
    file: 'iris.csv',
  });

  test('takes tables whose kinds were asked for, too', () => {
    const houses = tableDataset(parseCsv('area,price\n50,200\n', { types: { price: 'real' } }), {
      x: ['area'],
      y: 'price',
    });
    expect(houses.feeds.y).toEqual(Float32Array.of(200));
  });

  test('becomes a dataset with features, labels and the names of their classes', () => {
    const source = tableDataset(iris, { x: ['width', 'length', 'wild'], y: 'species', n: 'n', t: 'length' });
    expectTypeOf(source.feeds.x).toEqualTypeOf<Float32Array>();
    expect(source.columns.x.shape).toEqual([2, 3]);
    expect(source.feeds.x).toEqual(Float32Array.of(3, 5.1, 1, 3.2, 7, 0));
    expect(source.feeds.y).toEqual(Int32Array.of(0, 1));
    expect(source.feeds.n).toEqual(Int32Array.of(1, 2));
    expect(source.feeds.t).toEqual(Float32Array.of(5.1, 7));
    expect(source.classNames).toEqual({ y: ['setosa', 'versicolor'] });
    expect(source.take([1]).classNames.y).toEqual(['setosa', 'versicolor']);
  });

  test('says where a value is missing, and fills or drops it', () => {
    const table = parseCsv(people, { file: 'people.csv' });
    expectDataError(() => features(table, ['age']), 'E_DATA_NOT_FINITE', 'people.csv:3: column "age"');
    const typed = parseCsv('a,b\n1,x\n,y\n', { types: { a: 'real' } });
    expect(missingCounts(typed)).toEqual({ a: 1, b: 0 });
    const whole = dropMissing(table);
    expect(whole.columns['name']?.data).toEqual(['Ada']);
    expect([...whole.lines]).toEqual([2]);
    expect(dropMissing(table, ['age']).size).toBe(2);
    const filled = fillMissing(table, { age: 30, height: 1.75 });
    expect(features(filled, ['age']).data).toEqual(Float32Array.of(36, 30, 29));
    const texts = fillMissing(parseCsv('t,b\n,\nx,true'), { t: 'none', b: false });
    expect(texts.columns['t']?.data).toEqual(['none', 'x']);
    expect(texts.columns['b']?.data).toEqual([false, true]);
    expectDataError(() => fillMissing(table, { age: 'old' }), 'E_DATA_VALUE', 'holds reals');
    expect(fillMissing(iris, { n: 0 }).columns['n']).toEqual(iris.columns['n']);
    expectDataError(() => tableDataset(parseCsv('y\n""\nb'), { y: 'y' }), 'E_DATA_NOT_FINITE', '<data>:2');
    expect(takeTableRows(iris, [1, 1]).columns['n']?.data).toEqual(Int32Array.of(2, 2));
  });

  test('refuses texts as features and columns that are not there', () => {
    const table = parseCsv('a,b\n1,2\nx,3', { file: 'f.csv' });
    expectDataError(() => features(table, ['b', 'a']), 'E_DATA_COLUMN', 'f.csv:3: column "a"', '"x"');
    expectDataError(() => features(table, ['c']), 'E_DATA_COLUMN', 'no column "c"', 'a, b');
    expectDataError(() => features(table, ['toString']), 'E_DATA_COLUMN', '"toString"');
    expectDataError(() => features(table, []), 'E_DATA_COLUMN', 'no columns');
  });
});
