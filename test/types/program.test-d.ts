import {
  accuracy,
  adam,
  compile,
  crossEntropy,
  dim,
  edit,
  input,
  linear,
  relu,
  sequential,
  sgd,
  type Declaration,
  type Dim,
  type NumericTensor,
  type Program,
  type Tensor,
} from 'tapeless';
import { expectTypeOf, test } from 'vitest';

type Batch = Dim<'batch'>;

const batch = dim('batch');
const x = input('x', [batch, 4]);
const y = input('y', [batch], 'i32');
const net = sequential('iris', linear(4, 30), relu(), linear(30, 10), relu(), linear(10, 3));
const logits = net(x);
const loss = crossEntropy(logits, y);
const feeds = { x: new Float32Array(8), y: new Int32Array(2) };

const program = compile({
  loss,
  optimizer: adam({ lr: 0.025 }),
  outputs: { logits },
  metrics: { accuracy: accuracy(logits, y) },
});
const session = program.start({ seed: 0 });

test('the lab’s network infers the shapes of its scores and its loss', () => {
  expectTypeOf(logits).toEqualTypeOf<Tensor<[Batch, 3], 'f32'>>();
  expectTypeOf(loss).toEqualTypeOf<Tensor<[], 'f32'>>();
});

test('step and evaluate give the loss and the metrics by name, all of them numbers', () => {
  expectTypeOf(session.step(feeds).loss).toEqualTypeOf<number>();
  expectTypeOf(session.step(feeds).accuracy).toEqualTypeOf<number>();
  expectTypeOf(session.evaluate(feeds).accuracy).toEqualTypeOf<number>();
  // @ts-expect-error there is no metric of this name
  expectTypeOf(session.step(feeds).f1);
  // @ts-expect-error outputs are not metrics
  expectTypeOf(session.evaluate(feeds).logits);
});

test('predict gives the outputs by name', () => {
  expectTypeOf(session.predict(feeds).logits).toEqualTypeOf<NumericTensor>();
  // @ts-expect-error there is no output of this name
  expectTypeOf(session.predict(feeds).probabilities);
  // @ts-expect-error the loss is no output
  expectTypeOf(session.predict(feeds).loss);
});

test('an edited program has a loss, and metrics that may be absent', () => {
  const edited = edit(compile({ loss, optimizer: sgd({ lr: 0.1 }) }), () => undefined).start();
  expectTypeOf(edited.step(feeds).loss).toEqualTypeOf<number>();
  expectTypeOf(edited.step(feeds)['accuracy']).toEqualTypeOf<number | undefined>();
});

test('a program without metrics or outputs has none', () => {
  const bare = compile({ loss, optimizer: sgd({ lr: 0.1 }) }).start();
  expectTypeOf(bare.step(feeds).loss).toEqualTypeOf<number>();
  // @ts-expect-error there are no metrics
  expectTypeOf(bare.step(feeds).accuracy);
  // @ts-expect-error there are no outputs
  expectTypeOf(bare.predict(feeds).logits);
});

test('a declaration of unknown names gives a program of any names', () => {
  const declaration: Declaration = { loss };
  expectTypeOf(compile(declaration)).toEqualTypeOf<Program>();
  expectTypeOf(
    edit(program, (draft) => {
      draft.optimizer = sgd({ lr: 0.1 });
    }),
  ).toEqualTypeOf<Program>();
});

test('every program is a program of unknown names', () => {
  expectTypeOf(program).toExtend<Program>();
  expectTypeOf(compile({ loss })).toExtend<Program>();
});

test('compile refuses what is no tensor among outputs and metrics', () => {
  // @ts-expect-error a layer is not a tensor
  compile({ outputs: { net } });
  // @ts-expect-error a number is not a tensor
  compile({ loss, metrics: { accuracy: 0.9 } });
});

test('compile takes how to build as a second argument', () => {
  expectTypeOf(compile({ loss }, { target: 'js', numerics: 'fast', threads: 'auto' })).toExtend<Program>();
  // @ts-expect-error there is no such target
  compile({ loss }, { target: 'webgpu' });
  // @ts-expect-error the target is no part of what is declared
  compile({ loss, target: 'js' });
});
