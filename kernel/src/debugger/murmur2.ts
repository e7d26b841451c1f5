const MIX = 0x5bd1e995;

/**
 * MurmurHash2 of a text's UTF-8 bytes, by which JupyterLab names the cells of a debugger.
 *
 * @param seed 32-bit integer
 * @returns unsigned 32-bit integer
 */
export function murmur2(text: string, seed: number): number {
  const bytes = Buffer.from(text, 'utf8');
  const whole = bytes.length - (bytes.length % 4);
  let hash = seed ^ bytes.length;
  for (let at = 0; at < whole; at += 4) {
    const mixed = Math.imul(bytes.readUInt32LE(at), MIX);
    hash = Math.imul(hash, MIX) ^ Math.imul(mixed ^ (mixed >>> 24), MIX);
  }
  if (whole < bytes.length)
    hash = Math.imul(hash ^ bytes.readUIntLE(whole, bytes.length - whole), MIX);
  hash = Math.imul(hash ^ (hash >>> 13), MIX);
  return (hash ^ (hash >>> 15)) >>> 0;
}
