// A program at concrete sizes: the stages below the symbolic graph, run once for each set of sizes and kept.
import { runStages, type Compilation, type Compiled, type StageReport } from '../compiler/compilation.ts';
import { specialisationStages } from '../compiler/stages.ts';
import type { Sizes } from '../ir/size.ts';
import { instantiate, type GeneratedModule } from './instantiate.ts';

export interface Specialisation {
  readonly sizes: Sizes;
  readonly compilation: Compilation;
  readonly reports: readonly StageReport[];
  /** The module of this specialisation's source, made when a session first runs it. */
  readonly module: () => GeneratedModule;
}

/** Specialises on demand; equal sizes are specialised once. */
export function specialisations(symbolic: Compiled): (sizes: Sizes) => Specialisation {
  const known = new Map<string, Specialisation>();
  return (sizes) => {
    const key = JSON.stringify(Object.entries(sizes).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    const found = known.get(key) ?? specialiseTo(symbolic, sizes);
    known.set(key, found);
    return found;
  };
}

function specialiseTo(symbolic: Compiled, sizes: Sizes): Specialisation {
  const { compilation, reports } = runStages(symbolic.compilation, specialisationStages(sizes));
  let made: GeneratedModule | undefined;
  return {
    sizes,
    compilation,
    reports: [...symbolic.reports, ...reports],
    module: () => {
      made ??= instantiate(
        compilation.source,
        compilation.entries.map((entry) => entry.name),
      );
      return made;
    },
  };
}
