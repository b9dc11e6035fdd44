// The results of a run: what `--json` prints, and what tables and the chart are made of.
import type { Machine } from './harness/machine.ts';
import type { CompileTimeRow } from './suites/compile-time.ts';
import type { KernelResults } from './suites/kernels.ts';
import type { TrainingRow } from './suites/training.ts';

export interface Results {
  /** When the run ended: `2026-11-24`. */
  readonly date: string;
  readonly quick: boolean;
  readonly machine: Machine;
  readonly versions: Readonly<Record<string, string>>;
  readonly workloads: readonly TrainingRow[];
  readonly kernels?: KernelResults;
  readonly compileTimes?: readonly CompileTimeRow[];
  /** Contenders that were missing, failed, or computed something else. */
  readonly problems: readonly string[];
}
