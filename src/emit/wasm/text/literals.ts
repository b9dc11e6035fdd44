// Constants and names in the WebAssembly text format (Core Specification 6.3), as a person would write them.
import { shortNumber } from '../../../kernels/formula.ts';

/** From here on, an integer is more likely a pattern of bits than an amount, and is printed as one. */
const leastPattern = 2 ** 28;

export function printInt32(value: number): string {
  const signed = value | 0;
  return Math.abs(signed) < leastPattern ? String(signed) : hexadecimal(value >>> 0, 8);
}

/** A single from its bits: the shortest decimal that rounds to it. */
export function printFloat32(bits: number): string {
  const [value = 0] = new Float32Array(new Uint32Array([bits]).buffer);
  if (!Number.isNaN(value)) return printNumber(value, shortNumber);
  const sign = bits >>> 31 === 0 ? '' : '-';
  const payload = bits & 0x7f_ffff;
  return payload === 0x40_0000 ? `${sign}nan` : `${sign}nan:${hexadecimal(payload)}`;
}

export function printFloat64(bits: bigint): string {
  const [value = 0] = new Float64Array(new BigUint64Array([bits]).buffer);
  if (!Number.isNaN(value)) return printNumber(value, String);
  const sign = bits >> 63n === 0n ? '' : '-';
  const payload = bits & 0xf_ffff_ffff_ffffn;
  return payload === 0x8_0000_0000_0000n ? `${sign}nan` : `${sign}nan:0x${payload.toString(16)}`;
}

function printNumber(value: number, printFinite: (value: number) => string): string {
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  // JavaScript prints both zeros as 0.
  return Object.is(value, -0) ? '-0' : printFinite(value);
}

/** Four lanes: as singles if all of them read as such, otherwise as integers. */
export function printVector(lanes: readonly number[]): string {
  const isFloat = lanes.every(readsAsFloat);
  const print = isFloat ? printFloat32 : printInt32;
  return `${isFloat ? 'f32x4' : 'i32x4'} ${lanes.map(print).join(' ')}`;
}

/** Bits that are a zero, an infinity or a number of ordinary size; -0 is the mask of the sign and no number. */
function readsAsFloat(bits: number): boolean {
  const [value = 0] = new Float32Array(new Uint32Array([bits]).buffer);
  const size = Math.abs(value);
  return bits === 0 || size === Infinity || (size > 1e-12 && size < 1e12);
}

function hexadecimal(value: number, digits = 1): string {
  return `0x${value.toString(16).padStart(digits, '0')}`;
}

/** A text in quotation marks; what is not printable ASCII as its UTF-8 bytes. */
export function printText(text: string): string {
  const characters = [...new TextEncoder().encode(text)].map((byte) => {
    const character = String.fromCharCode(byte);
    return /[ !#-[\]-~]/.test(character) ? character : `\\${byte.toString(16).padStart(2, '0')}`;
  });
  return `"${characters.join('')}"`;
}

/** Identifiers from names, in order: made of the characters that identifiers have, and numbered where they repeat. */
export function identifiers(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const base = `$${name.replace(/[^\w!#$%&'*+\-./:<=>?@\\^`|~]/gu, '_')}`;
    let free = base;
    for (let number = 2; taken.has(free); number++) free = `${base}.${number}`;
    taken.add(free);
    return free;
  });
}
