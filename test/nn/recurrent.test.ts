import { describe, expect, test } from 'vitest';
import type { Tensor } from '../../src/ir/node.ts';
import { dim } from '../../src/ir/size.ts';
import { parametersOf } from '../../src/nn/layer.ts';
import { gruCell, lstmCell, rnnCell } from '../../src/nn/recurrent-cell.ts';
import { gru, lstm, rnn, type RecurrentOptions, type Unrolled } from '../../src/nn/recurrent.ts';
import { sequential } from '../../src/nn/sequential.ts';
import { nameOf } from '../../src/ops/leaf.ts';
import { refusal } from '../support/values.ts';
import { input } from '../support/untyped.ts';

const mismatch = 'ShapeError E_SHAPE_MISMATCH';
const option = 'DeclarationError E_OPTION';
const batch = dim('batch');

describe('recurrent layers', () => {
  const x = input('x', [batch, 4, 3]);

  type AnyLayer = (
    inputs: number,
    hidden: number,
    options?: RecurrentOptions,
  ) => {
    (x: Tensor): Tensor;
    readonly unroll: (x: Tensor) => Unrolled;
  };
  const layers: Readonly<Record<string, AnyLayer>> = { rnn, gru, lstm };

  test.each(Object.entries(layers))('%s: shapes of outputs, steps and states', (_, layer) => {
    const { output, steps, hidden } = layer(3, 5, { numLayers: 2, bidirectional: true }).unroll(x);
    expect(output.shape).toEqual([batch, 4, 10]);
    expect(steps.map(({ shape }) => shape)).toEqual(Array.from({ length: 4 }, () => [batch, 10]));
    expect(hidden.shape).toEqual([4, batch, 5]);
    expect(layer(3, 5)(x).shape).toEqual([batch, 4, 5]);
    expect(layer(3, 5, { batchFirst: false })(input('x', [4, batch, 3])).shape).toEqual([4, batch, 5]);
    expect(layer(3, 5)(input('x', [4, 3])).shape).toEqual([4, 5]);
  });

  test('parameters are named as PyTorch', () => {
    const layer = lstm(3, 5, { numLayers: 2, bidirectional: true, name: 'memory' });
    const names = parametersOf(layer(x)).map(nameOf);
    expect(names).toHaveLength(16);
    expect(names).toContain('memory.weight_ih_l0');
    expect(names).toContain('memory.bias_hh_l1_reverse');
    expect(parametersOf(gru(3, 5, { bias: false })(x)).map(nameOf)).toEqual([
      'gru.weight_ih_l0',
      'gru.weight_hh_l0',
    ]);
  });

  test('stand in a sequential, where their mistakes are types', () => {
    expect(sequential('net', gru(3, 5), rnn(5, 2))(x).shape).toEqual([batch, 4, 2]);
  });

  test('all steps and both ways of being applied share one set of parameters', () => {
    const layer = rnn(3, 5);
    expect(parametersOf([layer(x), layer.unroll(x).hidden])).toHaveLength(4);
  });

  test('dropout stands between layers only', () => {
    const drawsIn = (result: Tensor): boolean => {
      const seen = new Set<Tensor>();
      const visit = (node: Tensor): boolean => {
        if (seen.has(node)) return false;
        seen.add(node);
        return node.op.name === 'randomBits' || node.inputs.some(visit);
      };
      return visit(result);
    };
    expect(drawsIn(lstm(3, 5, { dropout: 0.5 })(x))).toBe(false);
    expect(drawsIn(lstm(3, 5, { dropout: 0.5, numLayers: 2 })(x))).toBe(true);
  });

  test('an LSTM may be given one of its states: the other starts from zeros', () => {
    const hidden = input('h', [1, batch, 5]);
    expect(lstm(3, 5).unroll(x, { hidden }).cell.shape).toEqual([1, batch, 5]);
    expect(lstm(3, 5).unroll(x, { cell: hidden }).hidden.shape).toEqual([1, batch, 5]);
  });

  test('refuse what does not fit', () => {
    const layer = gru(3, 5);
    expect(refusal(() => layer(input('x', [batch, 4, 2]) as never))).toBe(mismatch);
    expect(refusal(() => layer(input('x', [3]) as never))).toBe(mismatch);
    expect(refusal(() => layer(input('x', [2, batch, 3]) as never))).toBe('ShapeError E_UNBOUND_DIM');
    expect(refusal(() => layer(input('x', [2, 0, 3]) as never))).toBe(mismatch);
    expect(refusal(() => layer(input('x', [2, 4, 3], 'i32') as never))).toBe('DTypeError E_DTYPE_MISMATCH');
    expect(refusal(() => layer.unroll(x, { hidden: input('h', [batch, 5]) }))).toBe(mismatch);
    expect(refusal(() => layer.unroll(x, { hidden: input('h', [1, batch, 5], 'f64') }))).toBe(
      'DTypeError E_DTYPE_MISMATCH',
    );
    expect(refusal(() => gru(3, 0))).toBe(option);
    expect(refusal(() => gru(3, 5, { numLayers: 0 }))).toBe(option);
    const misspelt: object = { layers: 2 };
    expect(refusal(() => gru(3, 5, misspelt))).toBe(option);
    expect(refusal(() => rnn(3, 5, { nonlinearity: 'sigmoid' as 'tanh' }))).toBe(option);
  });
});

describe('recurrent cells', () => {
  const x = input('x', [batch, 3]);
  const hidden = input('h', [batch, 5]);

  test('give the next state', () => {
    expect(rnnCell(3, 5)(x).shape).toEqual([batch, 5]);
    expect(gruCell(3, 5)(x, hidden).shape).toEqual([batch, 5]);
    expect(lstmCell(3, 5)(x, { hidden, cell: hidden }).cell.shape).toEqual([batch, 5]);
    expect(gruCell(3, 5)(input('x', [3])).shape).toEqual([5]);
  });

  test('share parameters from step to step', () => {
    const cell = lstmCell(3, 5, { name: 'memory' });
    const second = cell(x, cell(x));
    expect(parametersOf(second.hidden).map(nameOf).sort()).toEqual([
      'memory.bias_hh',
      'memory.bias_ih',
      'memory.weight_hh',
      'memory.weight_ih',
    ]);
    expect(String(cell)).toBe('memory: lstmCell(3, 5)');
  });

  test('refuse what does not fit', () => {
    expect(refusal(() => rnnCell(3, 5)(input('x', [batch, 2])))).toBe(mismatch);
    expect(refusal(() => rnnCell(3, 5)(x, input('h', [batch, 4])))).toBe(mismatch);
    expect(refusal(() => lstmCell(3, 5)(x, { hidden, cell: input('c', [5]) }))).toBe(mismatch);
    expect(refusal(() => gruCell(3, 5)(undefined as never))).toBe('DTypeError E_NOT_A_TENSOR');
    expect(refusal(() => gruCell(3.5, 5))).toBe(option);
  });
});
