// A growing byte array with WebAssembly's number encodings (Core Specification 5.2). Plain arrays of numbers were ten
// times slower for modules of some hundred kilobytes.

/** Numbers seen as their bytes. */
const double = new Float64Array(1);
const single = new Float32Array(double.buffer, 0, 1);
const words = new Int32Array(4);
const bytesOfDouble = new Uint8Array(double.buffer);
const bytesOfSingle = new Uint8Array(double.buffer, 0, 4);
const bytesOfWords = new Uint8Array(words.buffer);

const encoder = new TextEncoder();

/** Bytes written one after the other. */
export class ByteWriter {
  #bytes = new Uint8Array(64);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** The bytes so far, as a view that the next write may detach from. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + count));
    grown.set(this.view());
    this.#bytes = grown;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  append(bytes: ArrayLike<number>): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** LEB128 of an unsigned 32-bit integer. */
  unsigned(value: number): void {
    let rest = value >>> 0;
    while (rest > 0x7f) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.byte(rest);
  }

  /** LEB128 of a signed 32-bit integer. */
  signed(value: number): void {
    let rest = value | 0;
    while (rest < -64 || rest > 63) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>= 7;
    }
    this.byte(rest & 0x7f);
  }

  float32(value: number): void {
    single[0] = value;
    this.append(bytesOfSingle);
  }

  float64(value: number): void {
    double[0] = value;
    this.append(bytesOfDouble);
  }

  /** Four 32-bit integers. */
  lanes(lanes: readonly [number, number, number, number]): void {
    words.set(lanes);
    this.append(bytesOfWords);
  }

  /** A length-prefixed UTF-8 text. */
  name(text: string): void {
    this.sized(encoder.encode(text));
  }

  /** A length-prefixed run of bytes. */
  sized(bytes: Uint8Array): void {
    this.unsigned(bytes.length);
    this.append(bytes);
  }
}
