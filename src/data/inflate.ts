// Decompression by the platform's DecompressionStream, which browsers and Node both have. Relies on nothing else.

/**
 * Decompresses bytes: raw deflate (ZIP archives), or deflate with zlib's frame (PNG images).
 * Rejects with the platform's TypeError when the bytes are cut short or are nothing of the kind.
 */
export async function inflate(
  compressed: Uint8Array<ArrayBuffer>,
  format: 'deflate' | 'deflate-raw',
): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([compressed]).stream().pipeThrough(new DecompressionStream(format));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
