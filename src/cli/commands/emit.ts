// `tapeless emit`: the generated code, to read, commit or use on its own.

import type { Program } from '../../runtime/program.ts';
import { command } from '../command.ts';
import { CommandError } from '../failure.ts';
import { loadModel } from '../model-file.ts';
import { choice, text, whole } from '../option.ts';
import { printResult, writeFileFor } from '../result.ts';
import { specialisationFor } from '../sizes.ts';
import { exitCodes } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

const kinds = ['js', 'wasm', 'wat', 'driver'] as const;
type Kind = (typeof kinds)[number];

export const emit = command({
  name: 'emit',
  summary: 'the generated code: JavaScript, WebAssembly or its text',
  description:
    'js is a complete module that imports nothing; wasm is the binary module of the kernels, wat its text, and driver\n' +
    'the JavaScript that calls it.',
  positionals: [{ name: 'model.ts', summary: 'the model file' }],
  options: {
    target: choice(kinds, 'what to print; default js, or what the name of the output ends with'),
    batch: whole('n', 'the batch size that it is made for; default that of the model, or 32'),
    numerics: choice(['strict', 'fast'], 'strict: the same bits everywhere; fast: fused multiply-add'),
    output: text('file', 'write it to a file instead of standard output', 'o'),
  },
  examples: [
    ['tapeless emit model.ts', 'the training step as JavaScript'],
    ['tapeless emit model.ts --batch 1 -o step.js', 'made for one row at a time'],
    ['tapeless emit model.ts -o kernels.wasm', 'the kernels as WebAssembly'],
  ],
  run: async (call) => {
    const [file = ''] = call.words;
    const { batch, numerics, output, target: asked } = call.options;
    const target = asked ?? kindOfFile(output);
    const { program } = await loadModel(file, call.terminal, {
      target: target === 'js' ? 'js' : 'wasm',
      ...(numerics === undefined || target === 'js' ? {} : { numerics }),
    });
    const code = codeOf(program, target, batch);
    if (output !== undefined) {
      await writeFileFor(call.terminal, output, code);
      const size = typeof code === 'string' ? Buffer.byteLength(code) : code.length;
      printResult(call, `wrote ${output} (${size} bytes)`, {
        program: program.name,
        target,
        output,
        bytes: size,
      });
      return exitCodes.success;
    }
    if (typeof code !== 'string') {
      if (call.options.json === true || call.terminal.output.isTTY === true) {
        throw new UsageError(
          'a binary module is not for a terminal',
          'write it to a file: --output kernels.wasm',
        );
      }
      call.terminal.output.write(code);
      return exitCodes.success;
    }
    printResult(call, code, { program: program.name, target, code });
    return exitCodes.success;
  },
});

function kindOfFile(output: string | undefined): Kind {
  if (output?.endsWith('.wasm') === true) return 'wasm';
  return output?.endsWith('.wat') === true ? 'wat' : 'js';
}

function codeOf(program: Program, target: Kind, batch: number | undefined): string | Uint8Array {
  const specialisation = specialisationFor(program, batch);
  if (target === 'js') return specialisation.source;
  const { wasm } = specialisation;
  if (wasm === null) {
    throw new CommandError(
      'E_TARGET',
      'this Node has no WebAssembly with SIMD',
      'print JavaScript: --target js',
    );
  }
  return { wasm: wasm.bytes, wat: wasm.text, driver: wasm.driver }[target];
}
