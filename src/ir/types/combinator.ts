// Rules of layers that are made of layers, or that change shapes and nothing else. Relies on ./layer.ts and the shape
// types.
import type { Tensor } from '../node.ts';
import type { Size } from '../size.ts';
import type { EqualDType, WithDType } from './broadcast.ts';
import type { Apply, LayerRule, Same } from './layer.ts';
import type { EqualShape } from './movement.ts';
import type { PrintTensor } from './sentence.ts';

/** The rule of `residual`: what a body gives and what its shortcut gives have one type, which is that of their sum. */
export interface Residual<Body extends LayerRule, Shortcut extends LayerRule = Same> extends LayerRule {
  readonly rule: 'residual';
  readonly output: Sum<Apply<Shortcut, this['input']>, Apply<Body, this['input']>>;
}

type Sum<X, Y> = X extends Tensor
  ? Y extends Tensor
    ? WithDType<EqualShape<X['shape'], Y['shape']>, EqualDType<X['dtype'], Y['dtype']>> extends infer Both
      ? Both extends Tensor
        ? Both
        : `residual adds ${PrintTensor<X>} and ${PrintTensor<Y>}`
      : never
    : Y
  : X;

/** The rule of layers whose output has a shape that the types do not know. */
export interface AnyShape extends LayerRule {
  readonly rule: 'any shape';
  readonly output: this['input'] extends Tensor ? Tensor<Size[], this['input']['dtype']> : never;
}
