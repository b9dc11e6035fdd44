// The workers of a session and the memory through which it calls them. Nothing here knows the session, so that a
// session that nobody holds any more can be collected, and its workers dismissed.
import { controlWords, placeOf, places, reportOf, type ControlWords } from './control.ts';
import { maySleep, processorCount, type StartThread, type WorkerThread } from './host.ts';
import { openMeeting } from './meeting.ts';
import type { Lesson, Membership } from './worker.ts';

export interface Crew {
  /** Has all workers learn one more routine. */
  teach(lesson: Lesson): void;
  /** Whether every worker is there and knows all routines. */
  isReady(): boolean;
  /** Calls the workers to a routine, in which the session's thread has to take part. */
  call(routine: number): void;
  /** Where the session's thread meets the workers. @throws {WorkerFailure} in their stead */
  readonly meet: () => void;
  /** What a worker threw, or why one ended, if that has happened. */
  failure(): WorkerFailure | null;
  /** Ends the workers, at once. */
  dismiss(): void;
}

/** A worker that threw or ended; `hasWorked` unless it never got as far as learning something. */
export class WorkerFailure extends Error {
  readonly thread: number;
  readonly hasWorked: boolean;

  constructor(thread: number, message: string, hasWorked: boolean, cause?: unknown) {
    super(message, { cause });
    this.thread = thread;
    this.hasWorked = hasWorked;
  }
}

/** Microseconds that a thread waits awake at most, where there is a processor for each, and where there is not. */
const awakeAlone = 100;
const awakeInCompany = 5;

/** Milliseconds after which the session's thread looks whether a worker that it waits for has failed. */
const watchful = 10;

/** Milliseconds after which a worker that does not come counts as dead. */
const patience = 60_000;

/** Hires workers for all threads but the session's own, which is thread 0. */
export function hireCrew(threads: number, start: StartThread): Crew {
  const words = controlWords(threads);
  const awake = threads <= processorCount() ? awakeAlone : awakeInCompany;
  const others = Array.from({ length: threads - 1 }, (_, position) => position + 1);
  let ended: WorkerFailure | null = null;
  let calls = 0;
  let lessons = 0;
  let isReady = false;

  const hasLearnt = (thread: number, count: number): boolean =>
    Atomics.load(words, placeOf(thread, places.learnt)) >= count;

  const failure = (): WorkerFailure | null => {
    for (const thread of others) {
      const report = reportOf(words, thread);
      if (report !== null) return new WorkerFailure(thread, report, true);
    }
    return ended;
  };

  const sleep = (place: number, value: number): void => {
    const since = performance.now();
    let rounds = 0;
    while (Atomics.load(words, place) === value) {
      waitBriefly(words, place, value);
      const failed = failure();
      if (failed !== null) throw failed;
      // Time alone would count what a machine slept.
      if (++rounds * watchful >= patience && performance.now() - since >= patience) throw silent(place);
    }
  };

  const membership = (thread: number): Membership => ({ words, places, thread, threads, awake });
  const { meet, announce } = openMeeting({ ...membership(0), sleep });
  const workers: WorkerThread[] = [];
  const dismiss = (): void => {
    for (const worker of workers.splice(0)) worker.stop();
  };
  try {
    for (const thread of others) {
      const worker = start(`tapeless thread ${thread}`, (cause) => {
        ended ??= new WorkerFailure(thread, String(cause), hasLearnt(thread, 1), cause);
      });
      workers.push(worker);
      worker.post(membership(thread));
    }
  } catch (cause) {
    ended = new WorkerFailure(workers.length + 1, String(cause), false, cause);
  }

  const announceCall = (): void => {
    calls = (calls + 1) | 0;
    announce(places.call, calls);
  };

  return {
    teach: (lesson) => {
      isReady = false;
      Atomics.store(words, places.taught, ++lessons);
      announceCall();
      for (const worker of workers) worker.post(lesson);
    },
    isReady: () => {
      isReady ||= others.every((thread) => hasLearnt(thread, lessons));
      return isReady;
    },
    call: (routine) => {
      Atomics.store(words, places.routine, routine);
      announceCall();
    },
    meet,
    failure,
    dismiss,
  };
}

function waitBriefly(words: ControlWords, place: number, value: number): void {
  if (maySleep()) {
    Atomics.add(words, places.sleepers, 1);
    Atomics.wait(words, place, value, watchful);
    Atomics.sub(words, places.sleepers, 1);
    return;
  }
  const end = performance.now() + watchful;
  while (Atomics.load(words, place) === value && performance.now() < end);
}

function silent(place: number): WorkerFailure {
  const thread = Math.floor((place - places.first) / places.perThread);
  return new WorkerFailure(thread, `no sign of it for ${patience / 1000} seconds`, true);
}
