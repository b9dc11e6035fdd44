// The curves of a run: a panel for every measure, training beside validation.

import { printMeasure } from '../node/progress-line.ts';
import type { History, Measures } from '../train/index.ts';
import type { Series } from '../viz/index.ts';
import { curves } from '../viz/index.ts';

/** The picture, or undefined where no epoch was completed. */
export function runCurves(title: string, history: History, test: Measures | undefined): string | undefined {
  const { epochs, best } = history;
  const [first] = epochs;
  if (first === undefined) return undefined;
  const panels = Object.keys({ ...first.training, ...first.validation });
  const series = panels.flatMap((panel): readonly Series[] => [
    ...(Object.hasOwn(first.training, panel)
      ? [{ name: 'training', panel, role: 'forward' as const, values: history.series(panel) }]
      : []),
    ...(first.validation !== undefined
      ? [
          {
            name: 'validation',
            panel,
            role: 'backward' as const,
            values: history.series(`validation.${panel}`),
          },
        ]
      : []),
  ]);
  const headline =
    Object.entries(test ?? {}).find(([name]) => name !== 'loss') ?? Object.entries(test ?? {})[0];
  return curves({
    title,
    series,
    firstEpoch: first.epoch,
    panels: Object.fromEntries(
      panels.map((panel) => [panel, /accuracy$/i.test(panel) ? ({ format: 'percent' } as const) : {}]),
    ),
    ...(best === undefined || !best.restored ? {} : { best: { epoch: best.epoch, label: 'kept' } }),
    ...(headline === undefined
      ? {}
      : { headline: { value: printMeasure(...headline), label: `test ${headline[0]}` } }),
  });
}
