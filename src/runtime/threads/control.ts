// The memory through which the threads of a session talk: 32-bit words, those that different threads write on cache
// lines of their own, so that a thread that polls one is not disturbed by the others.

/** Words on a cache line. */
const line = 16;

/** Words that a thread has for itself: its line, and what it has to report. */
const perThread = 16 * line;

/** Where the words lie. Generated text knows them by these names, too. */
export interface Places {
  /** Changes when the session's thread wants something: a routine to be run, or a lesson to be heard. */
  readonly call: number;
  /** The routine that a call is about. */
  readonly routine: number;
  /** Number of lessons that the session's thread has given. Workers run routines while they know them all. */
  readonly taught: number;
  /** Number of threads that are asleep: nobody is woken while there is none. */
  readonly sleepers: number;
  /** The words of thread 0; those of thread n are `n * perThread` behind. */
  readonly first: number;
  readonly perThread: number;
  /** Within a thread's words: how often it has come to a barrier. */
  readonly arrivals: number;
  /** Number of lessons that it has learnt. */
  readonly learnt: number;
  /** Number of characters of its report, and 1; 0 while all is well. */
  readonly failure: number;
  /** The characters of its report, at most `reportLength`. */
  readonly report: number;
  readonly reportLength: number;
}

export const places: Places = {
  call: 0,
  routine: 1,
  taught: 2,
  sleepers: line,
  first: 2 * line,
  perThread,
  arrivals: 0,
  learnt: 1,
  failure: 2,
  report: line,
  reportLength: perThread - line,
};

export type ControlWords = Int32Array<SharedArrayBuffer>;

export function controlWords(threads: number): ControlWords {
  return new Int32Array(new SharedArrayBuffer(4 * (places.first + threads * places.perThread)));
}

/** The place of one of a thread's own words. */
export function placeOf(thread: number, word: number): number {
  return places.first + thread * places.perThread + word;
}

/** What a worker threw, if one did. */
export function reportOf(words: ControlWords, thread: number): string | null {
  const length = Atomics.load(words, placeOf(thread, places.failure)) - 1;
  if (length < 0) return null;
  const start = placeOf(thread, places.report);
  return String.fromCharCode(...words.subarray(start, start + length));
}
