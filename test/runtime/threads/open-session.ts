// Run by process.test.ts in processes of their own: a session on two threads whose workers are there, and then what the
// argument says. What is printed is JSON.
import { compile, dim, input, linear, mse, sgd, tanh, type Session } from 'tapeless';

const started: { readonly ended: Promise<unknown> }[] = [];
process.on('worker', (worker) => {
  started.push({ ended: new Promise((resolve) => worker.once('exit', resolve)) });
});

function openSession(): Session {
  const x = input('x', [dim('batch'), 64]);
  const loss = mse(linear(128, 64)(tanh(linear(64, 128)(x))), x);
  const session: Session = compile({ loss, optimizer: sgd({ lr: 0.1 }) }, { threads: 2 }).start();
  const feeds = { x: new Float32Array(64 * 64).fill(0.5) };
  const end = performance.now() + 30_000;
  while (session.threads < 2 && performance.now() < end) session.step(feeds);
  return session;
}

/** How many workers were started, and how many of them end before ten seconds are over. */
async function endOfWorkers(
  meanwhile: () => void,
): Promise<{ readonly started: number; readonly ended: number }> {
  // Workers are announced in the next turn of the event loop.
  await new Promise((resolve) => setImmediate(resolve));
  let ended = 0;
  for (const worker of started) void worker.ended.then(() => ended++);
  const end = performance.now() + 10_000;
  while (ended < started.length && performance.now() < end) {
    meanwhile();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return { started: started.length, ended };
}

const tasks: Readonly<Record<string, () => Promise<object> | object>> = {
  leave: () => ({ threads: openSession().threads }),
  close: async () => {
    const session = openSession();
    session.close();
    return { threads: session.threads, ...(await endOfWorkers(() => undefined)) };
  },
  forget: async () => {
    const { threads } = openSession();
    return { threads, ...(await endOfWorkers(() => globalThis.gc?.())) };
  },
  idle: async () => {
    const session = openSession();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const before = process.cpuUsage();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const { user, system } = process.cpuUsage(before);
    return { threads: session.threads, busyMilliseconds: (user + system) / 1000 };
  },
};

const task = tasks[process.argv[2] ?? ''];
console.log(JSON.stringify(await task?.()));
