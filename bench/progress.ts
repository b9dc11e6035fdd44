// What a run says while it lasts, on standard error: one line that renews itself on a terminal, now and then a line in
// a log.

/** Milliseconds between the lines of a log. */
const logInterval = 5000;

/** A function that shows how far the run is. An empty line ends the display. */
export function progressReporter(stream: NodeJS.WriteStream = process.stderr): (line: string) => void {
  if (stream.isTTY) {
    return (line) => void stream.write(`\r\x1b[K${line}`);
  }
  let newest = -Infinity;
  return (line) => {
    const now = performance.now();
    if (line === '' || now - newest < logInterval) return;
    newest = now;
    stream.write(`${line}\n`);
  };
}
