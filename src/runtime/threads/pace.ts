// When threads are worth calling: an entry runs alone for a while where that is quicker. Where another process takes a
// thread's processor, the others wait for it as long as the scheduler likes, many times what a step takes.

export interface Pace {
  /** Whether all threads should be called to the run that begins now. */
  isTogether(now: number): boolean;
  /** Learns how long a run of one thread took. */
  tookAlone(milliseconds: number): void;
  /** Learns how long a run of all threads took, and when it ended. */
  tookTogether(milliseconds: number, ended: number): void;
}

/** Runs alone that are remembered; their median is what a run alone is expected to take. */
const remembered = 5;
const enough = 3;

/** What may be lost before a pause, and what may be gained to make up for later losses; in runs alone. */
const mostDebt = 2;
const mostCredit = 2;

/** The shortest pause, in runs alone. */
const shortestPause = 16;

/** A first pause lasts so many times as long as what was lost before it. */
const pausePerLoss = 4;

/** Milliseconds. */
const longestPause = 1000;

/** Milliseconds after which the others are asleep: that they have to be woken says nothing about later runs. */
const asleepAfter = 1;

/** Runs together after which one alone tells anew what that takes; doubled up to the last number. */
const firstTerm = 8;
const longestTerm = 256;

/**
 * Keeps account of the time that runs of all threads gain or lose against runs alone, and pauses when more is lost than
 * gained. However long a single run takes, it loses no more than one run alone: what held it up once would have held up
 * that one, too. Pauses double while not even as many runs as the first one takes are done between them.
 */
export function keepPace(): Pace {
  const latest = new Float64Array(remembered);
  const sorted = new Float64Array(remembered);
  let runsAlone = 0;
  let alone = 0;
  let balance = 0;
  let pause = 0;
  let pauseEnds = -Infinity;
  let latestEnd = -Infinity;
  let sincePause = Infinity;
  let lost = 0;
  let term = firstTerm;
  let runsInTerm = 0;
  return {
    isTogether: (now) => {
      if (runsAlone < enough || now < pauseEnds) return false;
      if (runsInTerm < term) return true;
      term = Math.min(2 * term, longestTerm);
      runsInTerm = 0;
      return false;
    },
    tookAlone: (milliseconds) => {
      latest[runsAlone % remembered] = milliseconds;
      runsAlone++;
      const known = Math.min(runsAlone, remembered);
      sorted.set(latest);
      // What is not known yet is 0, and comes first.
      alone = sorted.sort()[remembered - known + (known >> 1)] ?? 0;
    },
    tookTogether: (milliseconds, ended) => {
      runsInTerm++;
      sincePause++;
      const wereAsleep = ended - milliseconds - latestEnd > asleepAfter;
      latestEnd = ended;
      const gained = Math.max(1 - milliseconds / alone, wereAsleep ? 0 : -1);
      balance = Math.min(balance + gained, mostCredit);
      lost = Math.max(0, lost + milliseconds - alone);
      if (balance > -mostDebt) return;
      const isRelapse = sincePause <= shortestPause;
      const first = Math.max(shortestPause * alone, pausePerLoss * lost);
      pause = Math.min(isRelapse ? Math.max(2 * pause, first) : first, longestPause);
      pauseEnds = ended + pause;
      balance = 0;
      lost = 0;
      sincePause = 0;
    },
  };
}
