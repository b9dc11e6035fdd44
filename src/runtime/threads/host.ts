// Where worker threads come from: Node's worker_threads, or the workers of a page that is isolated from other origins.
// Nothing is imported, so that the core loads anywhere.
import { once } from '../../ir/once.ts';
import { workerText } from './worker.ts';

export interface WorkerThread {
  post(message: object): void;
  stop(): void;
}

/** Starts a worker; `fail` is told, later, that it died or could not be started. */
export type StartThread = (name: string, fail: (cause: unknown) => void) => WorkerThread;

/** How threads with shared memory are started here; null where they are not to be had. */
export function threadStarter(): StartThread | null {
  if (typeof SharedArrayBuffer === 'undefined') return null;
  const node = globalThis.process?.getBuiltinModule?.('node:worker_threads');
  if (node !== undefined) return nodeStarter(node.Worker);
  if (typeof Worker === 'undefined' || !globalThis.crossOriginIsolated) return null;
  return startInPage;
}

/** Number of processors that threads may run on. */
export function processorCount(): number {
  return globalThis.navigator?.hardwareConcurrency ?? 1;
}

/** Whether this thread may wait asleep, which a page forbids its main thread. */
export const maySleep = once(() => {
  try {
    // It does not wait: the word has another value.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0);
    return true;
  } catch {
    return false;
  }
});

type NodeWorker = ReturnType<typeof process.getBuiltinModule<'node:worker_threads'>>['Worker'];

function nodeStarter(NodeWorker: NodeWorker): StartThread {
  return (name, fail) => {
    // Options and hooks of the program's own thread, which it may get from its environment, are none of a worker's.
    const worker = new NodeWorker(workerText, { eval: true, name, env: {}, execArgv: [] });
    worker.on('error', fail);
    // A program ends when it has nothing else to do.
    worker.unref();
    return { post: (message) => worker.postMessage(message), stop: () => void worker.terminate() };
  };
}

/** Pages load workers from an address, one for all. */
const workerAddress = once(() => URL.createObjectURL(new Blob([workerText], { type: 'text/javascript' })));

const startInPage: StartThread = (name, fail) => {
  const worker = new Worker(workerAddress(), { name });
  worker.onerror = (event) => fail(event.message);
  return { post: (message) => worker.postMessage(message), stop: () => worker.terminate() };
};
