import { describe, expect, test } from 'vitest';
import { adam, compile, crossEntropy, dim, input, linear, relu, sequential, type Program } from 'tapeless';

const batch = dim('batch');

function classifier(): Program {
  const x = input('x', [batch, 4]);
  const logits = sequential('iris', linear(4, 8), relu(), linear(8, 3))(x);
  const loss = crossEntropy(logits, input('y', [batch], 'i32'));
  return compile({ loss, optimizer: adam(), outputs: { logits } });
}

/** Calls `toDot` as JavaScript can. */
const draw =
  (options: unknown): (() => string) =>
  () =>
    classifier().toDot(options as never);

describe('options of toDot', () => {
  test.each([
    [undefined, /options are undefined/],
    [{}, /there is no view undefined/],
    [{ view: 'modle' }, /there is no view "modle"; "model" may be meant/],
    [{ view: 'model', dept: 1 }, /there is no option "dept".*may be "depth"/],
    [{ view: 'model', depth: -1 }, /depth is -1/],
    [{ view: 'model', expand: 'iris' }, /expand is "iris"/],
    [{ view: 'model', expand: [3] }, /expand\[0\] is 3/],
    [{ view: 'model', expand: ['iris/linear4'] }, /"iris\/linear4", which is not in the model/],
    [{ view: 'model', scope: 7 }, /scope is 7/],
    [{ view: 'model', repeats: 'no' }, /repeats is "no"/],
    [{ view: 'model', activations: 'none' }, /activations is "none"/],
    [{ view: 'model', entry: 'step' }, /entry is given with the model view, it goes with/],
    [{ view: 'step', depth: 1 }, /depth is given with the step view, it goes with the model view/],
    [{ view: 'kernels', entry: 'train' }, /entry is "train"/],
    [{ view: 'step', detail: 'all' }, /detail is "all"/],
  ])('%j is refused in words', (options, message) => {
    expect(draw(options)).toThrow(message);
    expect(draw(options)).toThrow(expect.objectContaining({ name: 'DeclarationError' }));
  });

  test('open layers of a program, close its models, and draw the inside of a layer', () => {
    const program = classifier();
    expect(program.toDot({ view: 'model', expand: ['iris/linear1'] })).toContain('label="matmul"');
    expect(program.toDot({ view: 'model', depth: 0 })).toContain('iris · 67 parameters');
    expect(program.toDot({ view: 'model', scope: 'iris/linear1' })).toContain('iris/linear1 · linear(4, 8)');
  });

  test('name an entry that the program lacks', () => {
    const logits = linear(4, 3)(input('x', [batch, 4]));
    const program = compile({ outputs: { logits } });
    expect(() => program.toDot({ view: 'step' })).toThrow('the program has no step to draw');
  });
});
