// Graphviz as a function from DOT text to its own SVG. graphviz-cli is optional: it is loaded on first use.
import type * as graphviz from 'graphviz-cli';
import { DeclarationError } from '../ir/errors.ts';

async function loadGraphviz(): Promise<typeof graphviz> {
  try {
    return await import('graphviz-cli');
  } catch (cause) {
    const help = 'npm install graphviz-cli, or render the DOT text with any Graphviz';
    throw new DeclarationError('E_PACKAGE_MISSING', `renderDiagram needs the package graphviz-cli; ${help}`, {
      help,
      cause,
    });
  }
}

/**
 * Lays out a graph and gives Graphviz's own SVG.
 * @throws {DeclarationError} `E_PACKAGE_MISSING` without graphviz-cli, `E_DIAGRAM` for text that is not DOT
 */
export async function layOut(dot: string): Promise<string> {
  const { text, restore } = standIns(dot);
  // Graphviz would wait for standard input.
  if (text.trim() === '') throw notDot('it is empty');
  const { renderGraphFromSource } = await loadGraphviz();
  try {
    return restore(await renderGraphFromSource({ input: text }, { format: 'svg' }));
  } catch (cause) {
    throw notDot(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function notDot(problem: string, cause?: unknown): DeclarationError {
  const help = 'give the text of a graph, as program.toDot prints it';
  return new DeclarationError('E_DIAGRAM', `renderDiagram: Graphviz cannot read this: ${problem}; ${help}`, {
    help,
    cause,
  });
}

const letters = 'xnoabcdeghkpqsuvyzXNOABCDEGHKPQSUVYZfijlrtwmFIJLRTWM';

/**
 * Graphviz knows no widths beyond ASCII and complains on the console: every other character is laid out as a letter after
 * an apostrophe, which is narrow, and put back into the drawing. So is the apostrophe itself.
 */
function standIns(dot: string): { readonly text: string; readonly restore: (svg: string) => string } {
  const others = [...new Set(dot.match(standingOut) ?? [])].slice(0, letters.length);
  const letterOf = new Map(others.map((character, position) => [character, letters.charAt(position)]));
  const characterOf = new Map(others.map((character, position) => [letters.charAt(position), character]));
  return {
    text: dot.replaceAll(standingOut, (character) => {
      const letter = letterOf.get(character);
      return letter === undefined ? character : `'${letter}`;
    }),
    restore: (svg) => svg.replaceAll(/&#39;(.)/g, (_, letter: string) => characterOf.get(letter) ?? letter),
  };
}

const standingOut = /[^\0-\x7f]|'/gu;
