// What the page of page.test.ts runs: it trains on two threads and sends what came of it to its server.
import { train } from './training.ts';

async function send(outcome: unknown): Promise<void> {
  await fetch('/outcome', { method: 'POST', body: JSON.stringify(outcome) });
}

try {
  await send({ isIsolated: globalThis.crossOriginIsolated, ...(await train(2)) });
} catch (error) {
  await send({ error: String(error) });
}
