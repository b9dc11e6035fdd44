// How two declarations differ beside their graphs: the optimizer and its options, what happens to gradients, averages,
// accumulation.
import type { Tensor } from '../../ir/node.ts';
import { stepCounter } from '../../ops/counters.ts';
import { input } from '../../ops/leaf.ts';
import { describeValue } from '../../ops/option.ts';
import { transformsOf, type Declaration } from '../declaration.ts';

/** A setting of the training, on both sides; undefined where it is not there. */
export interface SettingPair {
  readonly name: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly isEqual: boolean;
}

interface Named {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** The settings that either of two declarations has. */
export function settingsOf(before: Declaration, after: Declaration): readonly SettingPair[] {
  return [
    ...namedPairs('optimizer', before.optimizer, after.optimizer),
    pairOf('gradients', transformNames(before), transformNames(after)),
    pairOf('accumulate', before.accumulate ?? 1, after.accumulate ?? 1),
    ...namedPairs('average', namedAverage(before), namedAverage(after)),
  ].filter((pair) => pair.before !== undefined || pair.after !== undefined);
}

function pairOf(name: string, before: unknown, after: unknown): SettingPair {
  const text = (value: unknown): string | undefined => (value === undefined ? undefined : printed(value));
  return { name, before: text(before), after: text(after), isEqual: isEqualSetting(before, after) };
}

/** The name, and each option that differs where both have one name. */
function namedPairs(
  what: string,
  before: Named | undefined,
  after: Named | undefined,
): readonly SettingPair[] {
  if (before === undefined || after === undefined || before.name !== after.name) {
    return [pairOf(what, before && callOf(before), after && callOf(after))];
  }
  const own = pairOf(what, before.name, after.name);
  const names = new Set([...Object.keys(before.options), ...Object.keys(after.options)]);
  const options = [...names].map((name) =>
    pairOf(`${what}.${name}`, before.options[name], after.options[name]),
  );
  return [own, ...options];
}

/** `adam({ lr: 0.025 })`: with the option that matters most, if there is one. */
function callOf({ name, options }: Named): string {
  const rate = options['lr'];
  return rate === undefined ? name : `${name}({ lr: ${printed(rate)} })`;
}

function namedAverage({ average }: Declaration): Named | undefined {
  return average === undefined ? undefined : { name: average.name, options: { ...average.options } };
}

function printed(value: unknown): string {
  if (typeof value === 'function') return 'a schedule';
  return typeof value === 'string' ? value : describeValue(value);
}

/** Schedules are equal when they make the same graph of the same step. */
function isEqualSetting(before: unknown, after: unknown): boolean {
  if (typeof before === 'function' && typeof after === 'function') {
    const step = stepCounter();
    const [older, newer] = [before, after].map((each) => (each as (step: Tensor) => unknown)(step));
    return older === newer;
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    return (
      before.length === after.length && before.every((each, at) => isEqualSetting(each, after[at] as unknown))
    );
  }
  return Object.is(before, after);
}

/** `clipNorm(1)`: the calls that change gradients, as they name themselves in the graph. */
function transformNames(declaration: Declaration): string | undefined {
  const transforms = transformsOf(declaration);
  if (transforms.length === 0) return undefined;
  const gradient = input('gradient', [2]);
  return transforms
    .map((transform) => transform([gradient])[0]?.origin.scope?.label ?? 'a function')
    .join(', ');
}
