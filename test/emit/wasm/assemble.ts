// The WebAssembly Binary Toolkit as a second opinion on our binary and text formats.
import loadWabt from 'wabt';

const wabt = await loadWabt();
const features = { threads: true, simd: true, relaxed_simd: true };

/** The binary module of a text, without names unless asked for. */
export function assemble(text: string, options: { readonly names?: boolean } = {}): Uint8Array {
  const module = wabt.parseWat('module.wat', text, features);
  try {
    return module.toBinary({ write_debug_names: options.names ?? false }).buffer;
  } finally {
    module.destroy();
  }
}

/** The toolkit's own text of a binary module. */
export function disassemble(bytes: Uint8Array): string {
  const module = wabt.readWasm(bytes, { ...features, readDebugNames: true });
  try {
    return module.toText({});
  } finally {
    module.destroy();
  }
}

/** Bytes in hexadecimal, which compare faster than arrays of numbers. */
export function encodingOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
