// A short training that a page and Node both run: what it gives has to be the same bits.
import { adam, compile, dim, input, linear, mse, relu, type Session } from 'tapeless';

export interface Training {
  /** Threads in force in the program, and those that were there when it was over. */
  readonly threads: number;
  readonly present: number;
  readonly losses: readonly number[];
  readonly parameters: readonly (readonly number[])[];
}

function rest(): Promise<unknown> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}

/** Trains on so many threads, after all of them are there; a page starts none before it has rested. */
export async function train(threads: number): Promise<Training> {
  const x = input('x', [dim('batch'), 64]);
  const y = linear(96, 64)(relu(linear(64, 96)(x)));
  const program = compile({ loss: mse(y, x), optimizer: adam({ lr: 0.01 }) }, { threads });
  const session: Session = program.start({ seed: 9 });
  const feeds = { x: Float32Array.from({ length: 64 * 64 }, (_, position) => ((position * 37) % 101) / 101) };
  const start = session.snapshot();
  const end = performance.now() + 20_000;
  while (session.threads < program.threads && performance.now() < end) {
    session.step(feeds);
    await rest();
  }
  session.restore(start);
  const losses = Array.from({ length: 200 }, () => session.step(feeds).loss ?? Number.NaN);
  const present = session.threads;
  const parameters = Object.values(session.parameters()).map(({ data }) => [...data]);
  session.close();
  return { threads: program.threads, present, losses, parameters };
}
