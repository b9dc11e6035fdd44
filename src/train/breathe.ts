// Giving the event loop its turn, so that training neither freezes a page nor keeps Ctrl-C from being heard.
// Runs in browsers and in Node.

/** How long a computation may hold the thread: three frames of a page, and too short for a person to notice. */
const longestHold = 50; // milliseconds

/**
 * A function to call often: it gives a promise to await when the thread was held for 50 ms, otherwise `undefined`,
 * so that short batches do not pay for a turn of the event loop each.
 */
export function breather(): () => Promise<void> | undefined {
  let last = performance.now();
  return () =>
    performance.now() - last < longestHold ? undefined : turn().then(() => void (last = performance.now()));
}

/**
 * One turn of the event loop. Not by setTimeout in a page: browsers delay nested timers by 4 ms, and those of a page
 * in the background by a second or more.
 */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === 'function') {
      setImmediate(resolve);
      return;
    }
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
