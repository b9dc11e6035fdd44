// How a session runs entries whose kernels are divided among threads: together with its crew where that is there and
// comes in time, alone otherwise. Every number has its fixed share of the work, whichever thread does it, so that the
// bits are the same.
import { TapelessError } from '../../ir/errors.ts';
import { frame } from '../../ir/frame.ts';
import type { BoundEntry, Share } from '../instantiate.ts';
import { hireCrew, WorkerFailure, type Crew } from './crew.ts';
import type { StartThread } from './host.ts';
import { keepPace } from './pace.ts';
import type { Lesson } from './worker.ts';

/** Runs an entry that it was made for, bound to whatever memory there is now. */
export type Routine = (entry: BoundEntry) => void;

export interface Team {
  /** What threads do together for an entry, by the lesson from which workers learn their part when it is first run. */
  routine(lesson: () => Lesson): Routine;
  /** Threads that would take part if something was run together now. */
  readonly present: number;
  /** Ends the workers; the session's own thread does all work from now on. */
  close(): void;
}

/** All shares, for a thread that has nobody to meet. */
export function wholeOf(threads: number): Share {
  return { from: 0, to: threads, barrier: () => undefined };
}

/** Ends the workers of sessions that were forgotten rather than closed. */
const forgotten = new FinalizationRegistry<Crew>((crew) => crew.dismiss());

/** A team that hires its workers when something is first run together; `start` is null where there are none. */
export function formTeam(threads: number, start: StartThread | null): Team {
  const whole = wholeOf(threads);
  let crew: Crew | null = null;
  let share: Share = whole;
  let routines = 0;
  let isClosed = start === null || threads === 1;

  const close = (): void => {
    isClosed = true;
    crew?.dismiss();
    crew = null;
  };

  /** The crew, hired if it has to be; null once there is none any more. @throws {TapelessError} `E_THREAD` */
  const hired = (): Crew | null => {
    if (isClosed || start === null) return null;
    if (crew === null) {
      crew = hireCrew(threads, start);
      share = { from: 0, to: 1, barrier: crew.meet };
      forgotten.register(team, crew);
    }
    const failure = crew.failure();
    if (failure === null) return crew;
    close();
    // Where threads cannot be started, one does the work; what worked and fails is not kept from the user.
    if (failure.hasWorked) throw broken(failure, 'nothing was run, and nothing has changed', 'call it again');
    return null;
  };

  const runTogether = (entry: BoundEntry, routine: number, by: Crew): void => {
    try {
      by.call(routine);
      entry.run(share);
    } catch (cause) {
      // Nobody knows how far the workers have come: they cannot be met again.
      close();
      if (!(cause instanceof WorkerFailure)) throw cause;
      const consequence = 'parameters and state are those of a run that was left halfway';
      throw broken(cause, consequence, 'session.restore(snapshot), or start a new session');
    }
  };

  const team: Team = {
    routine: (lesson) => {
      const pace = keepPace();
      let number = -1;
      return (entry) => {
        const by = hired();
        if (by !== null && number < 0) {
          by.teach(lesson());
          number = routines++;
        }
        const began = performance.now();
        if (by?.isReady() === true && pace.isTogether(began)) {
          runTogether(entry, number, by);
          const ended = performance.now();
          pace.tookTogether(ended - began, ended);
        } else {
          entry.run(whole);
          pace.tookAlone(performance.now() - began);
        }
      };
    },
    get present() {
      return crew?.isReady() === true && crew.failure() === null ? threads : 1;
    },
    close,
  };
  return team;
}

function broken(failure: WorkerFailure, consequence: string, help: string): TapelessError {
  const headline = `thread ${failure.thread} failed: ${failure.message}; ${consequence}. The session goes on with one thread`;
  return new TapelessError('E_THREAD', frame(headline, [], help), { help, cause: failure });
}
