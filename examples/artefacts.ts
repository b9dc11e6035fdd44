// What a run leaves behind: the generated code, the report of the compiler, the diagrams and the curves.
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Program } from 'tapeless';
import { saveText } from 'tapeless/node';
import type { History, MisclassifiedSample } from 'tapeless/train';
import { curves, misclassifiedGrid, renderDiagram } from 'tapeless/viz';

const root = new URL('../out/', import.meta.url);

async function save(folder: string, file: string, text: string): Promise<string> {
  const url = new URL(`${folder}/${file}`, root);
  await saveText(url, text);
  return relative('.', fileURLToPath(url));
}

/** A line an epoch: the losses, and the accuracy on data that was not trained on. */
export function printEpochs(history: History<'accuracy'>): string {
  const rows = history.epochs.map(({ epoch, training, validation }) => {
    const seen = training.loss.toFixed(4).padStart(13);
    const unseen = (validation?.loss ?? Number.NaN).toFixed(4).padStart(15);
    const accuracy = `${(100 * (validation?.accuracy ?? Number.NaN)).toFixed(1)} %`.padStart(19);
    return `${String(epoch).padStart(5)}  ${seen}${unseen}  ${accuracy}`;
  });
  return ['epoch  training loss  validation loss  validation accuracy', ...rows].join('\n');
}

const views = ['model', 'forward', 'backward', 'step', 'kernels', 'memory'] as const;

export async function saveRun(
  folder: string,
  title: string,
  run: { program: Program; history: History<'accuracy'>; test: { accuracy: number } },
): Promise<readonly string[]> {
  const { program, history, test } = run;
  const diagrams = views.map(async (view) =>
    save(folder, `${view}.svg`, await renderDiagram(program.toDot({ view }))),
  );
  const plot = curves({
    title,
    headline: { value: `${(100 * test.accuracy).toFixed(1)} %`, label: 'test accuracy' },
    series: [
      { name: 'training', values: history.series('loss'), panel: 'loss', role: 'forward' },
      { name: 'validation', values: history.series('validation.loss'), panel: 'loss', role: 'backward' },
      {
        name: 'validation',
        values: history.series('validation.accuracy'),
        panel: 'accuracy',
        role: 'backward',
      },
    ],
    panels: { accuracy: { format: 'percent' } },
  });
  return Promise.all([
    save(folder, 'step.js', program.source),
    save(folder, 'explain.txt', `${program.explain()}\n`),
    ...diagrams,
    save(folder, 'curves.svg', plot),
  ]);
}

export function saveMistakes(
  folder: string,
  run: { mistakes: readonly MisclassifiedSample[]; pixels: { data: Float32Array } },
): Promise<string> {
  const samples = run.mistakes.map(({ index, truth, guess, probability }) => ({
    pixels: run.pixels.data.subarray(784 * index, 784 * (index + 1)),
    truth,
    guess,
    probability,
  }));
  const grid = misclassifiedGrid(samples, { width: 28, height: 28, title: 'Misclassified test images' });
  return save(folder, 'mistakes.svg', grid);
}
