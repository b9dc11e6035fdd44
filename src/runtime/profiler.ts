// What `session.profile` does between the session and the stopwatch: its options, and the state as it was afterwards.
import type { KernelBuild } from '../compiler/build-options.ts';
import type { Compilation } from '../compiler/compilation.ts';
import { profileOf, type Profile, type ProfiledEntry } from '../compiler/profile.ts';
import { badOption, checkNames, checkOption, chosen, positiveWhole } from '../ops/option.ts';
import type { StateArrays } from './arena.ts';
import type { BoundEntry, TimedShare } from './instantiate.ts';
import { measure } from './stopwatch.ts';

/** Options of `session.profile`. */
export interface ProfileOptions {
  /** What is profiled; default: the first there is of `step`, `evaluate` and `predict`. */
  readonly entry?: ProfiledEntry;
  /** Number of runs to measure; default: as many as take about 0.4 s, at least 5 and at most 200. */
  readonly runs?: number;
}

const profiledEntries: readonly ProfiledEntry[] = ['step', 'evaluate', 'predict'];

/** The entry to profile and the number of runs. @throws {DeclarationError} `E_OPTION` */
export function checkProfileOptions(
  options: ProfileOptions,
  hasEntry: (name: ProfiledEntry) => boolean,
): { readonly entry: ProfiledEntry; readonly runs: number | undefined } {
  checkNames('profile', options, ['entry', 'runs']);
  const { entry = profiledEntries.find(hasEntry) ?? 'predict', runs } = options;
  chosen('profile', 'entry', entry, { step: true, evaluate: true, predict: true });
  if (runs !== undefined) {
    if (typeof runs !== 'number') {
      throw badOption('profile', `runs is ${JSON.stringify(runs)}`, `has to be ${positiveWhole.text}`);
    }
    checkOption('profile', 'runs', runs, positiveWhole);
  }
  return { entry, runs };
}

/** An entry that is bound and fed. */
export interface Profiling {
  readonly compilation: Compilation;
  readonly build: KernelBuild;
  readonly entry: ProfiledEntry;
  readonly timed: BoundEntry;
  readonly state: StateArrays;
  readonly runs: number | undefined;
}

/** Measures an entry over and over from the state that there is, which every run finds and the profile leaves. */
export function profileEntry({ compilation, build, entry, timed, state, runs }: Profiling): Profile {
  const arrays = Object.values(state);
  const saved = arrays.map((array) => array.slice());
  const reset = (): void => {
    saved.forEach((values, position) => arrays[position]?.set(values));
  };
  const plan = compilation.plans.find((each) => each.program.name === entry);
  // One thread does the shares of all: what a kernel takes is then the kernel's own, whatever other processes do.
  const share = { from: 0, to: build.threads, barrier: () => undefined };
  const measured = measure({
    run: (lap) => {
      const whole: TimedShare = { ...share, lap };
      timed.run(whole);
    },
    reset,
    kernels: plan?.kernels.length ?? 0,
    runs,
  });
  return profileOf(compilation, entry, { ...build, threads: 1 }, measured);
}
