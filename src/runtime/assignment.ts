// Setting parameters and state by name: what is given is checked as a feed is, before anything changes.
import type { Compilation } from '../compiler/compilation.ts';
import { DeclarationError } from '../ir/errors.ts';
import { frame } from '../ir/frame.ts';
import { nearest } from '../ir/nearest.ts';
import { concreteCount, concreteShape } from '../ir/size.ts';
import { publicName } from '../kernels/names.ts';
import { complain } from './feed-error.ts';
import { checkFeeds, feedSlot, type Feeds } from './feeds.ts';

/** The new elements of a leaf. */
interface AssignedLeaf {
  readonly name: string;
  readonly data: ArrayLike<number>;
}

/** What to write where. @throws {DeclarationError} `E_UNKNOWN_LEAF`, {@link FeedError} as feeds do */
export function checkAssignment(
  { parameters, states, averages }: Compilation,
  values: Feeds,
): readonly AssignedLeaf[] {
  const leaves = [...parameters, ...states];
  const names = new Map(leaves.map((leaf) => [publicName({ tensor: leaf }), leaf]));
  for (const name of Object.keys(values)) {
    if (!names.has(name)) throw unknownLeaf(name, [...names.keys()]);
  }
  const given = leaves.filter((leaf) => Object.hasOwn(values, publicName({ tensor: leaf })));
  const slots = given.map((tensor) => {
    const { shape, dtype } = tensor;
    return feedSlot({ name: publicName({ tensor }), tensor, shape, dtype, ranges: [] });
  });
  checkFeeds('assign', values, slots, { requireFinite: false, unused: [] });
  for (const { specification, data } of slots) {
    // Flat arrays tell no shape, and leaves have no sizes that could follow from their lengths.
    const count = concreteCount(concreteShape(specification.shape));
    if (data.length === count) continue;
    const problem = `"${specification.name}" has ${count} elements, got ${data.length}`;
    throw complain('E_FEED_LENGTH', 'assign', specification, problem);
  }
  return slots.flatMap(({ specification: { name, tensor }, data }) => {
    const average = averages.find(({ parameter }) => parameter === tensor)?.average;
    const follows = average !== undefined && !Object.hasOwn(values, publicName({ tensor: average }));
    return [{ name, data }, ...(follows ? [{ name: publicName({ tensor: average }), data }] : [])];
  });
}

function unknownLeaf(name: string, known: readonly string[]): DeclarationError {
  const near = nearest(name, known);
  const help = near === undefined ? `there are ${known.join(', ')}` : `did you mean "${near}"?`;
  const headline = `assign: there is no parameter or state "${name}"`;
  return new DeclarationError('E_UNKNOWN_LEAF', frame(headline, [], help), { help });
}
