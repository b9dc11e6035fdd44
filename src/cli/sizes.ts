// The sizes at which a command prints or draws a program.

import type { Program } from '../runtime/program.ts';
import type { Specialisation } from '../runtime/specialisation.ts';
import { namesIn } from '../ir/size.ts';
import { inputsOf } from './model-inputs.ts';
import { UsageError } from './usage-error.ts';

/** The program at a batch size, or at the sizes of its own. @throws UsageError when the model has no such dimension */
export function specialisationFor(program: Program, batch: number | undefined): Specialisation {
  if (batch === undefined) return program.at({});
  const name = batchName(program);
  if (name !== undefined) return program.at({ [name]: batch });
  throw new UsageError(
    `--batch is ${batch}, and the model has no batch that could have another size`,
    "declare one: input('x', [dim('batch'), 4])",
  );
}

/** The named dimension on the first axis of the inputs: what rows of data are counted by. */
function batchName(program: Program): string | undefined {
  for (const { shape } of inputsOf(program)) {
    const [first] = shape;
    const [name] = first === undefined ? [] : namesIn(first);
    if (name !== undefined) return name;
  }
  return undefined;
}
