import { describe, expect, test } from 'vitest';
import { features, parseJsonLines, tableDataset } from 'tapeless/data';
import type { DataError } from '../../src/ir/errors.ts';
import { expectDataError } from './expect-data-error.ts';

describe('parseJsonLines', () => {
  test('finds what each column holds; null and absent values are missing', () => {
    const table = parseJsonLines(
      '{"n": 1, "r": 1.5, "t": "x", "b": true, "a": [[1, 2]]}\n\n' +
        '\t{"n": 2, "r": null, "b": null, "a": [[3, 4]], "late": 2147483648}\r\n',
    );
    expect(table.names).toEqual(['n', 'r', 't', 'b', 'a', 'late']);
    expect([...table.lines]).toEqual([1, 3]);
    expect(table.columns['n']).toEqual({ kind: 'integer', data: Int32Array.of(1, 2) });
    expect(table.columns['r']).toEqual({ kind: 'real', data: Float64Array.of(1.5, NaN) });
    expect(table.columns['t']).toEqual({ kind: 'text', data: ['x', null] });
    expect(table.columns['b']).toEqual({ kind: 'boolean', data: [true, null] });
    expect(table.columns['late']).toEqual({ kind: 'real', data: Float64Array.of(NaN, 2 ** 31) });
    expect(features(table, ['n']).data).toEqual(Float32Array.of(1, 2));
    expectDataError(() => features(table, ['a']), 'E_DATA_COLUMN', 'arrays of numbers');
    const { columns } = tableDataset(table, { x: 'a', y: 'n' });
    expect(columns.x.shape).toEqual([2, 1, 2]);
    expect([...columns.x.data]).toEqual([1, 2, 3, 4]);
  });

  test('takes some columns, some rows, bytes and byte order marks', () => {
    const bytes = new TextEncoder().encode('\uFEFF{"a":1,"b":2}\n{"a":3}\nnot read');
    const table = parseJsonLines(bytes, { columns: ['a'], rows: 2 });
    expect(table.names).toEqual(['a']);
    expect(table.columns['a']?.data).toEqual(Int32Array.of(1, 3));
    expect(parseJsonLines('{"a": null}').columns['a']?.data).toEqual(Float64Array.of(NaN));
    expect(parseJsonLines('{"a": -0}').columns['a']).toEqual({ kind: 'real', data: Float64Array.of(-0) });
  });

  test.each([
    ['E_JSONL_SYNTAX', '{"a": 1}\n{"a": x}', 2, 7, 'not JSON'],
    ['E_JSONL_SYNTAX', '{"a": 1', 1, 8, 'not JSON'],
    ['E_JSONL_SYNTAX', '{"a": NaN}', 1, 7, 'NaN'],
    ['E_JSONL_SYNTAX', '{"a": [1, -2.5e3, {}, []], "b" 1}', 1, 32, 'not JSON'],
    ['E_JSONL_SYNTAX', '{"a": 1,}', 1, 9, 'not JSON'],
    ['E_JSONL_SYNTAX', '{"a": "x', 1, 7, 'not JSON'],
    ['E_JSONL_SYNTAX', '{"a": true} 2', 1, 13, 'not JSON'],
    ['E_JSONL_RECORD', '{"a": 1}\n\n [1]', 3, 2, 'an array'],
    ['E_JSONL_RECORD', 'null', 1, 1, 'null'],
    ['E_JSONL_VALUE', '{"a": 1}\n{"b": 0, "a": "1"}', 2, 10, 'a text here and a number before'],
    ['E_JSONL_VALUE', '{"a": {}}', 1, 2, 'an object'],
    ['E_JSONL_VALUE', '{"a": [1, 2]}\n{"a": [1]}', 2, 2, 'shape [1] here and [2] before'],
    ['E_JSONL_VALUE', '{"a": [1]}\n{"a": [[1]]}', 2, 2, 'shape [1, 1] here and [1] before'],
    ['E_JSONL_VALUE', '{"a": ["x"]}', 1, 2, 'no array of numbers'],
    ['E_JSONL_VALUE', '{"a": [[1], [1, 2]]}', 1, 2, 'no array of numbers'],
    ['E_JSONL_VALUE', '{"a": [1]}\n{}', 2, 1, 'has no array'],
  ] as const)('refuses with %s: %j', (code, text, line, column, fragment) => {
    const read = () => parseJsonLines(text, { file: 'f.jsonl' });
    expectDataError(read, code, `f.jsonl:${line}:${column}: `, fragment);
    const spans = [{ file: 'f.jsonl', line, column }];
    expect(read).toThrow(expect.objectContaining({ spans }) as DataError);
  });

  test('refuses files without rows, columns that never occur and no rows', () => {
    expectDataError(() => parseJsonLines(' \n\n', { file: 'f' }), 'E_DATA_EMPTY', 'f: ');
    expectDataError(() => parseJsonLines('{"a":1}', { columns: ['b'] }), 'E_DATA_COLUMN', '"b"', 'are a');
    expectDataError(() => parseJsonLines('{"a":1}', { rows: 0 }), 'E_DATA_OPTION', 'rows is 0');
  });
});
