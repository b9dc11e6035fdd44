// NumPy's .npz archives: several named arrays in one file. Relies on ZIP archives and on the .npy format.

import type { BinaryOptions, NpyArray } from './npy.ts';
import { parseNpy } from './npy.ts';
import { unzip } from './zip.ts';

/**
 * Reads what `numpy.savez` or `numpy.savez_compressed` wrote: the arrays by their names.
 * @throws DataError as `parseNpy` does, and `E_ZIP_MAGIC`, `E_ZIP_ENTRY`, `E_ZIP_CONTENT`; messages name the array
 */
export async function parseNpz(
  content: Uint8Array | ArrayBuffer,
  options: BinaryOptions = {},
): Promise<Readonly<Record<string, NpyArray>>> {
  const { file } = options;
  const entries = await unzip(content, file);
  return Object.freeze(
    Object.fromEntries(
      [...entries]
        .filter(([name]) => name.endsWith('.npy'))
        .map(([name, bytes]) => [
          name.slice(0, -'.npy'.length),
          parseNpy(bytes, { file: file === undefined ? name : `${file}/${name}` }),
        ]),
    ),
  );
}
