import { describe, expect, expectTypeOf, test } from 'vitest';
import { DeclarationError } from '../../src/ir/errors.ts';
import type { TrainingEvent } from '../../src/train/index.ts';
import { liveCurves, type LiveEvent, type LiveCurvesOptions } from '../../src/viz/index.ts';
import { expectSound, partsOf } from './picture.ts';

const epoch = (number: number): LiveEvent => ({
  kind: 'epoch',
  record: { epoch: number, training: { loss: 1 / number }, validation: { accuracy: 1 - 0.5 / number } },
});

/** A listener with a clock of its own, and what it showed. */
function listening(options: LiveCurvesOptions = {}) {
  const shown: string[] = [];
  const clock = { time: 0 };
  const listener = liveCurves((svg) => shown.push(svg), { now: () => clock.time, ...options });
  return { shown, clock, listener };
}

describe('liveCurves', () => {
  test('hears the events of training', () => {
    expectTypeOf<TrainingEvent>().toExtend<LiveEvent>();
  });

  test('shows a card at once, the first epoch at once, then one picture an interval, and the last', () => {
    const { shown, clock, listener } = listening({ interval: 100, title: 'Iris' });
    listener({ kind: 'start' });
    expect(partsOf(shown[0] ?? '').texts).toEqual(['Iris', 'Training begins']);
    listener(epoch(1));
    expect(shown).toHaveLength(2);
    clock.time = 50;
    listener(epoch(2));
    expect(shown).toHaveLength(2);
    clock.time = 100;
    listener(epoch(3));
    expect(shown).toHaveLength(3);
    listener(epoch(4));
    listener({ kind: 'end' });
    expect(shown).toHaveLength(4);
    expect(partsOf(shown[3] ?? '').texts).toEqual(
      expect.arrayContaining(['Loss', 'Accuracy', '0.250', '87.5 %']),
    );
    for (const svg of shown) expectSound(svg);
  });

  test('does not show the last picture twice', () => {
    const { shown, listener } = listening();
    listener({ kind: 'start' });
    listener(epoch(1));
    listener({ kind: 'end' });
    expect(shown).toHaveLength(2);
  });

  test('shows the loss by step until the first epoch ends, if asked to', () => {
    const { shown, listener } = listening({ interval: 0, steps: true });
    listener({ kind: 'start' });
    for (let steps = 1; steps <= 5000; steps++) listener({ kind: 'batch', steps, loss: 1 / steps });
    const { texts } = partsOf(shown.at(-1) ?? '');
    expect(texts).toContain('4 steps');
    expect(shown.at(-1)?.length).toBeLessThan(60_000);
    listener(epoch(1));
    expect(partsOf(shown.at(-1) ?? '').texts).toContain('epoch');
  });

  test('makes no picture of steps otherwise', () => {
    const { shown, listener } = listening({ interval: 0 });
    listener({ kind: 'start' });
    listener({ kind: 'batch', steps: 1, loss: 1 });
    expect(shown).toHaveLength(1);
  });

  test('begins anew with the next training, and counts from the epoch that it resumes at', () => {
    const { shown, listener } = listening({ interval: 0 });
    listener({ kind: 'start' });
    listener(epoch(1));
    listener({ kind: 'start' });
    listener(epoch(41));
    listener(epoch(42));
    const { texts } = partsOf(shown.at(-1) ?? '');
    expect(texts).toContain('41');
    expect(texts).not.toContain('1');
  });

  test('lets options of panels wait for their measures', () => {
    const { shown, listener } = listening({ panels: { recall: { label: 'Found' } } });
    listener({ kind: 'start' });
    listener(epoch(1));
    expect(shown).toHaveLength(2);
  });

  test('refuses what cannot work', () => {
    expect(() => liveCurves(undefined as unknown as () => void)).toThrow(DeclarationError);
    expect(() => liveCurves(() => undefined, { interval: NaN })).toThrow('liveCurves: interval is NaN');
  });
});
