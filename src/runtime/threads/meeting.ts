// How threads wait for one another: awake for a while, so that a wait in a hot step makes no system call, then asleep,
// so that a long one leaves the processor to others. It is text, as workers have nothing but text, and the session's
// thread runs the same text as they do.
import { once } from '../../ir/once.ts';
import type { ControlWords, Places } from './control.ts';

/** One thread's side of all waiting. */
export interface Meeting {
  /** Waits until every thread has come here as often as this one. */
  readonly meet: () => void;
  /** Waits while a word has a value: what a worker does between calls. */
  readonly waitForCall: (place: number, value: number) => void;
  /** Gives a word a new value, and wakes who waits for that. */
  readonly announce: (place: number, value: number) => void;
}

export interface MeetingOptions {
  readonly words: ControlWords;
  readonly places: Places;
  readonly thread: number;
  readonly threads: number;
  /** Microseconds that a thread stays awake at most while it waits. */
  readonly awake: number;
  /** Waits on, when that time is over, while a word has a value. */
  readonly sleep: (place: number, value: number) => void;
}

/**
 * Who stays awake in vain does so for half as long the next time, and for longer again when it pays: threads on one
 * processor would otherwise keep each other from what they wait for. Arrivals are counted round all of 32 bits, since
 * nobody can be further ahead than one.
 */
export const meetingText = `
function openMeeting({ words, places, thread, threads, awake, sleep }) {
  const pause = typeof Atomics.pause === 'function' ? Atomics.pause : () => {};

  const makeWait = () => {
    let patience = awake;
    return (place, value) => {
      for (let round = 0; round < 200; round++) {
        if (Atomics.load(words, place) !== value) {
          if (patience < awake) patience++;
          return;
        }
      }
      const end = performance.now() + patience / 1000;
      do {
        for (let round = 0; round < 20; round++) {
          if (Atomics.load(words, place) !== value) {
            patience = Math.min(2 * patience + 1, awake);
            return;
          }
          pause();
        }
      } while (performance.now() < end);
      patience >>= 1;
      sleep(place, value);
    };
  };

  const announce = (place, value) => {
    Atomics.store(words, place, value);
    if (Atomics.load(words, places.sleepers) !== 0) Atomics.notify(words, place);
  };

  const arrivalsOf = (each) => places.first + each * places.perThread + places.arrivals;
  const own = arrivalsOf(thread);
  const waitForOther = makeWait();
  let arrivals = 0;
  const meet = () => {
    const before = arrivals;
    arrivals = (arrivals + 1) | 0;
    announce(own, arrivals);
    for (let other = 0; other < threads; other++) {
      if (other !== thread) waitForOther(arrivalsOf(other), before);
    }
  };

  return { meet, waitForCall: makeWait(), announce };
}
`;

const opened = once(() => {
  const make = new Function(`'use strict';${meetingText}return openMeeting;`) as () => unknown;
  // The text above declares exactly this.
  return make() as (options: MeetingOptions) => Meeting;
});

/** The side of the session's thread. */
export function openMeeting(options: MeetingOptions): Meeting {
  return opened()(options);
}
