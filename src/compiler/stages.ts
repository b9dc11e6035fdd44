// The pipeline as data: what happens to a declaration, in order.
import type { Sizes } from '../ir/size.ts';
import type { Stage } from './compilation.ts';
import { capture } from './stages/capture.ts';
import { check } from './stages/check.ts';
import { differentiate, specialiseModes } from './stages/entries.ts';
import { checkPlans, fuse, plan, schedule } from './stages/lower.ts';
import { canonicalise, dropMarkers, specialise, stabilise, stabiliseDeclared } from './stages/rewrite.ts';

/** Stages on the symbolic graph, run once for a declaration. */
export const symbolicStages: readonly Stage[] = [
  capture,
  check,
  stabiliseDeclared,
  differentiate,
  specialiseModes,
];

/**
 * Stages on what the interpreter evaluates: the graph as it was declared, without the rules that make it round less.
 */
export const referenceStages: readonly Stage[] = [capture, check, differentiate, specialiseModes];

/** Stages from sizes to what the interpreter evaluates. */
export function referenceSpecialisationStages(sizes: Sizes): readonly Stage[] {
  return [specialise(sizes)];
}

/** Stages from sizes to plans, run once for every set of sizes. What is emitted of a plan is `emission.ts`. */
export function specialisationStages(sizes: Sizes): readonly Stage[] {
  return [specialise(sizes), dropMarkers, canonicalise, stabilise, fuse, schedule, plan, checkPlans];
}
