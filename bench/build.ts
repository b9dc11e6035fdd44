// How the processes that run tapeless compile: in exactly the configuration that they were started for.
import { compile, type BuildOptions, type Declaration, type Program } from '../src/index.ts';
import { describeConfiguration } from './harness/roster.ts';

/** `<target> <numerics> <threads>` of a command line as the options of `compile`, which checks them. */
export function buildOptions([target, numerics, threads]: readonly string[]): Required<BuildOptions> {
  // `compile` refuses what it does not know.
  return { target, numerics, threads: Number(threads) } as Required<BuildOptions>;
}

/** Compiles as asked. @throws where the engine lacks what was asked for: another build would be timed under its name */
export function compileExactly(declaration: Declaration, options: Required<BuildOptions>): Program {
  const program = compile(declaration, options);
  const { target, numerics, threads } = program;
  const isAsAsked = target === options.target && numerics === options.numerics && threads === options.threads;
  if (target === 'interpreter') throw new Error('the interpreter is not there for its speed');
  if (isAsAsked) return program;
  throw new Error(`this engine can do no more than ${describeConfiguration({ target, numerics, threads })}`);
}
