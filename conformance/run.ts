// Runs the cases of a corpus on a target, one after the other. What kind of case it is decides who runs it.
import type { Target } from 'tapeless';
import { runOperatorCase, runOpinfoCase } from './call-case.ts';
import {
  isRecord,
  type Corpus,
  type GraphCase,
  type Kind,
  type OperatorCase,
  type OpinfoCase,
} from './corpus.ts';
import { benchOf, describeError, type Bench } from './execute.ts';
import { runGraphCase } from './graph-case.ts';
import { runInitialiserCase, type InitialiserCase, type InitialiserHeader } from './initialiser-case.ts';
import { outcome, type Outcome } from './outcome.ts';
import type { TraceCase } from './tfjs/trace.ts';
import { runTraceCase } from './trace-case.ts';
import {
  runTrajectoryCase,
  type SequenceCase,
  type TrajectoryCase,
  type TrajectoryHeader,
} from './trajectory-case.ts';

/** What became of one case, with what it is a case of: a row of the table. */
export interface CaseOutcome extends Outcome {
  readonly id: string;
  readonly row: string;
}

/** A case as it was read, the header of its file, and where it runs. */
type Runner = (read: unknown, bench: Bench, header: unknown) => Outcome;

/** Cases are taken for what their kind says: the fields that told the kind are all that was looked at. */
const runners: Readonly<Record<Kind, Runner>> = {
  ops: (read, bench) => runOperatorCase(read as OperatorCase, bench),
  opinfo: (read, bench) => runOpinfoCase(read as OpinfoCase, bench),
  graphs: (read, bench) => runGraphCase(read as GraphCase, bench),
  trajectories: (read, bench, header) =>
    runTrajectoryCase(read as TrajectoryCase | SequenceCase, bench, header as TrajectoryHeader),
  tfjs: (read, bench) => runTraceCase(read as TraceCase, bench),
  initialisers: (read, bench, header) =>
    runInitialiserCase(read as InitialiserCase, bench, header as InitialiserHeader),
};

/** The operator, optimizer, test file or initialiser that a case belongs to. */
export function rowOf(kind: Kind, read: unknown): string {
  const { op, opt, sched, id, init } = isRecord(read) ? read : {};
  const text = (value: unknown): string => (typeof value === 'string' ? value : 'unknown');
  switch (kind) {
    case 'ops':
    case 'opinfo':
      return text(op);
    case 'graphs':
      return 'random graph';
    case 'trajectories':
      return opt === undefined && isRecord(sched) ? text(sched.name) : text(opt);
    case 'tfjs':
      return text(id).split(' > ')[0] ?? 'unknown';
    case 'initialisers':
      return text(init);
  }
}

function idOf(kind: Kind, read: unknown): string {
  const { id, init, shape } = isRecord(read) ? read : {};
  if (typeof id === 'string') return id;
  return kind === 'initialisers' ? `${String(init)} ${JSON.stringify(shape)}` : 'a case without an id';
}

/** Runs some cases of a corpus. */
export function runCases(
  { kind, header }: Pick<Corpus, 'kind' | 'header'>,
  cases: readonly unknown[],
  target: Target,
): readonly CaseOutcome[] {
  const bench = benchOf(target);
  return cases.map((read) => {
    const label = { id: idOf(kind, read), row: rowOf(kind, read) };
    try {
      return { ...label, ...runners[kind](read, bench, header) };
    } catch (error) {
      // A case that is not of its kind's form, for example.
      return { ...label, ...outcome([describeError(error)]) };
    }
  });
}
