const primeLow = 0x1b3;
const offset = { high: 0xcbf29ce4, low: 0x84222325 };

/**
 * Returns the 64-bit FNV-1a hash of the bytes as 8 bytes, big-endian. Both sides of a connection hash
 * the snapshot that they hold, as `Y.encodeSnapshot` writes it (delete set, then state vector, highest
 * client first); equal digests mean equal documents. The hash detects faults, not attacks.
 *
 * @see RFC 9923, The FNV Non-Cryptographic Hash Algorithm
 */
export function digestOf(bytes: Uint8Array): Uint8Array {
  // The prime is 2^40 + 0x1b3: the hash times the prime, modulo 2^64, in two halves of 32 bits.
  let { high, low } = offset;
  for (const byte of bytes) {
    const mixed = (low ^ byte) >>> 0;
    const product = mixed * primeLow;
    const carry = Math.floor(product / 2 ** 32);
    high = (Math.imul(high, primeLow) + carry + (mixed << 8)) >>> 0;
    low = product >>> 0;
  }
  const digest = new DataView(new ArrayBuffer(8));
  digest.setUint32(0, high);
  digest.setUint32(4, low);
  return new Uint8Array(digest.buffer);
}

export function equalDigests(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
