// Colours of texts in a terminal: on where a person looks and has not said otherwise (https://no-color.org).

import type { OutputStream, Terminal } from './terminal.ts';

/** Wraps texts in colours, or leaves them as they are. */
export interface Colours {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly cyan: (text: string) => string;
}

const escape = (open: number, close: number) => (text: string) => `\u001b[${open}m${text}\u001b[${close}m`;
const plain = (text: string): string => text;

const coloured: Colours = {
  bold: escape(1, 22),
  dim: escape(2, 22),
  red: escape(31, 39),
  green: escape(32, 39),
  cyan: escape(36, 39),
};
const colourless: Colours = { bold: plain, dim: plain, red: plain, green: plain, cyan: plain };

/** The colours of a stream: `FORCE_COLOR` turns them on and `NO_COLOR` off, whatever the stream is. */
export function coloursFor(stream: OutputStream, { environment }: Pick<Terminal, 'environment'>): Colours {
  const isSet = (name: string): boolean => (environment[name] ?? '') !== '';
  if (isSet('NO_COLOR')) return colourless;
  if (isSet('FORCE_COLOR') && environment['FORCE_COLOR'] !== '0') return coloured;
  return stream.isTTY === true && environment['TERM'] !== 'dumb' ? coloured : colourless;
}
