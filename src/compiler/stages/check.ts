// Checks of the captured graph: everything that is wrong is reported at once, before anything is derived from it.
import { DeclarationError, InternalError, ShapeError } from '../../ir/errors.ts';
import { frame } from '../../ir/frame.ts';
import { spanOf } from '../../ir/origin.ts';
import { printShape } from '../../ir/size.ts';
import { verifyGraph } from '../../ir/verify.ts';
import { isFloat } from '../../ir/dtype.ts';
import type { Compilation, Stage } from '../compilation.ts';
import { dimensionNames } from './capture.ts';

export const check: Stage = {
  name: 'check',
  summary: 'verifies shapes, dtypes and names of the whole graph',
  run: (compilation) => {
    const problems = problemsOf(compilation);
    const [first, ...others] = problems;
    if (first !== undefined) {
      if (others.length === 0) throw first;
      const list = problems.map((problem) => problem.message).join('\n\n');
      throw new DeclarationError('E_DECLARATION', `compile: ${problems.length} problems\n\n${list}`, {
        cause: problems,
      });
    }
    return () => undefined;
  },
};

function problemsOf(compilation: Compilation): readonly Error[] {
  const { captured, declaration } = compilation;
  const roots = [
    ...(captured.loss === null ? [] : [captured.loss]),
    ...captured.outputs.map((output) => output.tensor),
    ...captured.metrics.map((metric) => metric.tensor),
  ];
  const broken = verifyGraph(roots).map((problem) => new InternalError('E_GRAPH', problem.message));
  return [
    ...broken,
    ...lossProblems(compilation),
    ...metricProblems(compilation),
    ...sizeProblems(compilation, declaration.sizes ?? {}),
  ];
}

function lossProblems({ captured: { loss } }: Compilation): readonly Error[] {
  if (loss === null || (loss.shape.length === 0 && isFloat(loss.dtype))) return [];
  const message = frame(
    'compile: the loss has to be one number, f32 or f64',
    [
      {
        span: spanOf(loss.origin),
        text: `has shape ${printShape(loss.shape)}, ${loss.dtype}`,
        mark: 'primary',
      },
    ],
    loss.shape.length === 0 ? "cast it: cast(loss, 'f32')" : 'reduce it, for example with mean(loss)',
  );
  return [new ShapeError('E_NOT_SCALAR', message)];
}

/** `step` and `evaluate` return metrics as numbers. */
function metricProblems({ captured: { metrics } }: Compilation): readonly Error[] {
  return metrics.flatMap(({ name, tensor }) => {
    if (tensor.shape.length === 0) return [];
    const note = `has shape ${printShape(tensor.shape)}`;
    const message = frame(
      `compile: the metric "${name}" has to be one number`,
      [{ span: spanOf(tensor.origin), text: note, mark: 'primary' }],
      `reduce it, or hand it out by outputs: { ${name} }`,
    );
    return [new ShapeError('E_NOT_SCALAR', message)];
  });
}

/** Sizes that are no sizes, or of dimensions that the program does not have. */
export function sizeProblems(
  compilation: Pick<Compilation, 'inputs'>,
  sizes: Readonly<Record<string, number>>,
): readonly Error[] {
  const known = dimensionNames(compilation);
  return Object.entries(sizes).flatMap(([name, size]) => {
    if (!known.includes(name)) {
      const list = known.length === 0 ? 'the program has none' : `the program has ${known.join(', ')}`;
      return [new DeclarationError('E_UNKNOWN_DIM', `compile: there is no dimension "${name}"; ${list}`)];
    }
    return Number.isInteger(size) && size > 0
      ? []
      : [new DeclarationError('E_SIZE', `compile: size ${size} of "${name}" is not a whole number above 0`)];
  });
}
