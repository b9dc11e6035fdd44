// The error of a command line that makes no sense: it ends the command with exit code 2.

import { nearest } from '../ir/nearest.ts';

/** A command line that cannot be understood. */
export class UsageError extends Error {
  readonly code = 'E_USAGE';
  readonly help: string | undefined;

  constructor(message: string, help?: string) {
    super(help === undefined ? message : `${message}\n\n  help: ${help}`);
    this.name = 'UsageError';
    this.help = help;
  }

  /** The error of a word that is none of the known ones; the help asks whether the nearest of them was meant. */
  static near(message: string, word: string, known: readonly string[], help: string): UsageError {
    const candidate = nearest(word, known);
    return new UsageError(message, candidate === undefined ? help : `did you mean ${candidate}? ${help}`);
  }
}
