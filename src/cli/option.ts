// Options of commands as values: what each takes, how its text is read, and the line that help shows of it.

import { UsageError } from './usage-error.ts';

/** An option of a command. */
export interface Option<Value> {
  /** What stands for the value in help, e.g. `n`; null for a flag, which takes none. */
  readonly placeholder: string | null;
  readonly summary: string;
  /** One letter, e.g. `o` for `-o`. */
  readonly short?: string;
  /** Reads the text after the option; flags are given '' for `--flag` and 'no' for `--no-flag`. */
  readonly read: (text: string, name: string) => Value;
}

/** Options by their names. */
export type Options = Readonly<Record<string, Option<unknown>>>;

/** What was read of options: those that were not given are absent. */
export type ValuesOf<Specifications extends Options> = {
  readonly [Name in keyof Specifications]?: Specifications[Name] extends Option<infer Value> ? Value : never;
};

/** An option without a value: `--json`, `--no-progress`. */
export function flag(summary: string, short?: string): Option<boolean> {
  return {
    placeholder: null,
    summary,
    ...(short === undefined ? {} : { short }),
    read: (text) => text !== 'no',
  };
}

/** An option whose value is taken as it is. */
export function text(placeholder: string, summary: string, short?: string): Option<string> {
  return {
    placeholder,
    summary,
    ...(short === undefined ? {} : { short }),
    read: (value, name) => {
      if (value !== '') return value;
      throw new UsageError(`--${name} is empty`, `give it a value: --${name} ${placeholder}`);
    },
  };
}

/** A list of names between commas. */
export function names(placeholder: string, summary: string): Option<readonly string[]> {
  return {
    placeholder,
    summary,
    read: (value, name) => {
      const parts = value.split(',').map((part) => part.trim());
      if (parts.every((part) => part !== '')) return parts;
      throw new UsageError(
        `--${name} is ${JSON.stringify(value)}`,
        `write names between commas: --${name} a,b,c`,
      );
    },
  };
}

/** A whole number in a range. */
export function whole(
  placeholder: string,
  summary: string,
  minimum = 1,
  maximum = 2 ** 31 - 1,
): Option<number> {
  return {
    placeholder,
    summary,
    read: (value, name) => {
      const number = Number(value);
      if (value.trim() !== '' && Number.isInteger(number) && number >= minimum && number <= maximum)
        return number;
      const range = maximum === 2 ** 31 - 1 ? `of at least ${minimum}` : `from ${minimum} to ${maximum}`;
      throw new UsageError(`--${name} is ${JSON.stringify(value)}`, `pass a whole number ${range}`);
    },
  };
}

/** A number above zero. */
export function positive(placeholder: string, summary: string): Option<number> {
  return {
    placeholder,
    summary,
    read: (value, name) => {
      const number = Number(value);
      if (value.trim() !== '' && Number.isFinite(number) && number > 0) return number;
      throw new UsageError(`--${name} is ${JSON.stringify(value)}`, 'pass a number above 0, e.g. 0.001');
    },
  };
}

/** One of several words. */
export function choice<const Word extends string>(words: readonly Word[], summary: string): Option<Word> {
  return {
    placeholder: words.join('|'),
    summary,
    read: (value, name) => {
      const word = words.find((candidate) => candidate === value);
      if (word !== undefined) return word;
      throw UsageError.near(
        `--${name} is ${JSON.stringify(value)}`,
        value,
        words,
        `pass ${words.join(' or ')}`,
      );
    },
  };
}

/** A whole number, or one word that stands for another. */
export function wholeOr<const Word extends string>(
  placeholder: string,
  word: Word,
  summary: string,
): Option<number | Word> {
  const number = whole(placeholder, summary);
  return {
    placeholder: `${placeholder}|${word}`,
    summary,
    read: (value, name) => {
      if (value === word) return word;
      if (/^\d+$/.test(value) && Number(value) > 0) return number.read(value, name);
      throw new UsageError(
        `--${name} is ${JSON.stringify(value)}`,
        `pass a whole number of at least 1, or ${word}`,
      );
    },
  };
}
