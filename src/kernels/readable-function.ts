// Scalar functions with their long expressions split into named parts, for printing.
import type { Expression, Local, ScalarFunction } from '../ir/scalar.ts';
import { mapOperands } from './expressions.ts';
import { nameTable } from './names.ts';
import { shorten, type Binding } from './readable.ts';

/** The same function, to the bit, in lines that can be read at once. */
export function readableFunction(definition: ScalarFunction): ScalarFunction {
  const own = [...definition.parameters, ...definition.lets.map((each) => each.local)];
  const names = nameTable(own.map((each) => each.name));
  const renamed = new Map<Local, Local>();
  const rename = (expression: Expression): Expression => {
    if (expression.kind !== 'local') return mapOperands(expression, rename);
    return { ...expression, local: renamed.get(expression.local) ?? expression.local };
  };
  const split = (value: Expression): { readonly lets: readonly Binding[]; readonly value: Expression } => {
    const parts: Binding[] = [];
    const short = shorten(value, parts);
    const lets = parts.map((part) => {
      const named = {
        local: { ...part.local, name: names.unique(part.local.name) },
        value: rename(part.value),
      };
      renamed.set(part.local, named.local);
      return named;
    });
    return { lets, value: rename(short) };
  };
  const lets = definition.lets.flatMap(({ local, value }) => {
    const parts = split(value);
    return [...parts.lets, { local, value: parts.value }];
  });
  const result = split(definition.result);
  return { ...definition, lets: [...lets, ...result.lets], result: result.value };
}
