// `npm start`: compiles and trains the lab's two models on real data, and leaves code, diagrams and plots in out/.
import { profileIris } from './iris/profile.ts';
import { example as iris } from './iris/run.ts';
import { example as mnist } from './mnist-lab/run.ts';
import { runExample } from './runner.ts';

const saved = [...(await runExample('iris', iris)), ...(await runExample('mnist-lab', mnist))];
await profileIris(new URL('../out/iris/', import.meta.url));

const files = [...saved, 'out/iris/profile.svg', 'out/iris/trace.json'];
console.log(`Generated code, diagrams and plots:\n${files.map((file) => `  ${file}`).join('\n')}`);
