// What a test knows of a rule: both sides, and what it has to leave alone.
import type { Tensor } from '../../../src/ir/node.ts';

export interface RuleCase {
  /** Pairs of a tensor and what the rule alone makes of it. */
  readonly rewrites: readonly (readonly [before: Tensor, after: Tensor])[];
  /** Tensors that look alike, which the rule leaves as they are. */
  readonly leaves?: readonly Tensor[];
  /** For stabilising rules: the largest error allowed, in ulp of f32, against float64 (default 3). */
  readonly ulp?: number;
}
