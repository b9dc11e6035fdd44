// `npm start`: compiles and trains the lab's two models on real data, and leaves code, diagrams and plots in out/.
import { terminalProgress } from 'tapeless/node';
import { program as irisProgram } from './iris/model.ts';
import { profileIris } from './iris/profile.ts';
import { trainIris } from './iris/train.ts';
import { program as mnistProgram } from './mnist-lab/model.ts';
import { trainMnist } from './mnist-lab/train.ts';
import { printEpochs, saveMistakes, saveRun } from './artefacts.ts';

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

console.log(`Iris: 150 flowers, split 60/20/20, 25 epochs of one full batch\n\n${irisProgram.summary()}\n`);
const iris = await trainIris({ progress: terminalProgress({ label: 'iris' }) });
console.log(`${printEpochs(iris.history)}\n\ntest accuracy ${percent(iris.test.accuracy)}\n`);

console.log(
  'MNIST lab: 1000 training and 100 test images, validation drawn anew every epoch, early stopping\n',
);
console.log(`${mnistProgram.summary()}\n`);
const mnist = await trainMnist({ progress: terminalProgress({ label: 'mnist' }) });
const { best } = mnist.history;
const kept =
  best === undefined ? '' : `\nkept the parameters of epoch ${best.epoch}, the best by ${best.monitor}`;
console.log(`${printEpochs(mnist.history)}\n${kept}\ntest accuracy ${percent(mnist.test.accuracy)}\n`);

await profileIris(new URL('../out/iris/', import.meta.url));

const saved = [
  ...(await saveRun('iris', 'Iris', iris)),
  ...(await saveRun('mnist-lab', 'MNIST lab', mnist)),
  await saveMistakes('mnist-lab', mnist),
  'out/iris/profile.svg',
  'out/iris/trace.json',
];
console.log(`Generated code, diagrams and plots:\n${saved.map((file) => `  ${file}`).join('\n')}`);
