// What a worker thread is: the text that it runs, and the messages that it is sent. In a worker of a page or of Node it
// hears lessons from its event loop, and between lessons it leaves that loop to run routines when it is called.
import type { ControlWords, Places } from './control.ts';
import { meetingText } from './meeting.ts';

/** The first message to a worker: who it is. */
export interface Membership {
  readonly words: ControlWords;
  readonly places: Places;
  readonly thread: number;
  readonly threads: number;
  /** Microseconds that it stays awake at a barrier, and between routines, at most. */
  readonly awake: number;
}

/** Every further message: an entry of a driver, which becomes the next routine. */
export interface Lesson {
  /** Body of a function that returns the driver's entry. */
  readonly body: string;
  readonly kernels: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
}

/**
 * A worker hears its messages in order, one lesson a routine. Lessons are counted before the call that makes workers
 * listen, which comes before the message itself: whoever has missed a call finds that it has a lesson to hear.
 */
export const workerText = `'use strict';
${meetingText}
function join({ words, places, thread, threads, awake }) {
  const own = places.first + thread * places.perThread;
  const sleep = (place, value) => {
    Atomics.add(words, places.sleepers, 1);
    while (Atomics.load(words, place) === value) Atomics.wait(words, place, value);
    Atomics.sub(words, places.sleepers, 1);
  };
  const { meet, waitForCall } = openMeeting({ words, places, thread, threads, awake, sleep });
  const share = { from: thread, to: thread + 1, barrier: meet };
  const routines = [];
  let call = 0;

  const learn = ({ body, kernels, memory }) => {
    const { exports } = new WebAssembly.Instance(kernels, { env: { memory } });
    routines.push(new Function(body)()(memory.buffer, exports));
    call = Atomics.load(words, places.call);
    Atomics.store(words, own + places.learnt, routines.length);
  };

  const serve = () => {
    while (Atomics.load(words, places.taught) === routines.length) {
      waitForCall(places.call, call);
      call = Atomics.load(words, places.call);
      if (Atomics.load(words, places.taught) !== routines.length) return;
      routines[Atomics.load(words, places.routine)].run(share);
    }
  };

  const report = (error) => {
    const text = String(error).slice(0, places.reportLength);
    for (let at = 0; at < text.length; at++) words[own + places.report + at] = text.charCodeAt(at);
    Atomics.store(words, own + places.failure, text.length + 1);
  };

  return (lesson) => {
    try {
      learn(lesson);
      serve();
    } catch (error) {
      report(error);
    }
  };
}

let hear = null;
const receive = (message) => {
  if (hear === null) hear = join(message);
  else hear(message);
};
const node = globalThis.process?.getBuiltinModule?.('node:worker_threads');
if (node === undefined) globalThis.onmessage = ({ data }) => receive(data);
else node.parentPort.on('message', receive);
`;
