// Reads the number encodings that ../bytes.ts writes (Core Specification 5.2), within bounds. Relies on errors only.
import { InternalError } from '../../../ir/errors.ts';

/** Bytes read one after the other, from `position` to `end`. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #end: number;
  #position: number;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#position = start;
    this.#end = end;
  }

  /** Offset of the next byte in the whole module. */
  get position(): number {
    return this.#position;
  }

  get isAtEnd(): boolean {
    return this.#position === this.#end;
  }

  /** Where the next `count` bytes start; they are read after that. */
  #advance(count: number): number {
    const start = this.#position;
    if (start + count > this.#end) {
      throw new InternalError(
        'E_WASM_TEXT',
        `the module ends early: ${count} bytes wanted at offset ${start}`,
      );
    }
    this.#position += count;
    return start;
  }

  byte(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  /** LEB128 of an unsigned 32-bit integer. */
  unsigned(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  /** LEB128 of a signed integer of up to 64 bits. */
  signed(): bigint {
    let value = 0n;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << BigInt(shift);
      if (byte < 0x80) return BigInt.asIntN(shift + 7, value);
    }
  }

  /** The bits of a single: as a number, a signalling NaN could become a quiet one. */
  bits32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  bits64(): bigint {
    return this.#view.getBigUint64(this.#advance(8), true);
  }

  /** A length-prefixed UTF-8 text. */
  name(): string {
    const length = this.unsigned();
    const start = this.#advance(length);
    return new TextDecoder().decode(this.#bytes.subarray(start, start + length));
  }

  /** A length-prefixed run of bytes, to be read on its own. */
  sized(): ByteReader {
    const length = this.unsigned();
    const start = this.#advance(length);
    return new ByteReader(this.#bytes, start, start + length);
  }
}
