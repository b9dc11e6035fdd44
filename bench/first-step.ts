// Takes the first steps of a model and prints how long they took: `first-step.ts <model> <target> <numerics> <threads>`.
// A process of its own, because only the first compilation of a process meets an engine that has optimised nothing yet.
import { buildOptions, compileExactly } from './build.ts';
import { uniformNumbers } from './harness/problem.ts';
import { modelNamed, modelNames } from './models.ts';

const [name, ...configuration] = process.argv.slice(2);
const options = buildOptions(configuration);
const known = modelNames.find((each) => each === name);
if (known === undefined)
  throw new Error(`no model is called ${name ?? ''}; there are ${modelNames.join(', ')}`);
const model = modelNamed(known);

function feedsOf(batch: number): { readonly x: Float32Array; readonly y: Int32Array } {
  const uniform = uniformNumbers(batch);
  return {
    x: Float32Array.from({ length: batch * model.features }, uniform),
    y: Int32Array.from({ length: batch }, (_, row) => row % model.classes),
  };
}

const feeds = feedsOf(model.batch);
const fewer = feedsOf(model.batch - 7);

const times: number[] = [performance.now()];
const session = compileExactly(model.declare(), options).start();
for (const each of [feeds, fewer, feeds]) {
  session.step(each);
  times.push(performance.now());
}
const [firstStep, otherSize, knownSize] = times.slice(1).map((time, index) => time - (times[index] ?? time));
process.stdout.write(JSON.stringify({ firstStep, otherSize, knownSize }));
// Worker threads must not keep the process alive.
process.exit();
