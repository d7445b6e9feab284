const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** A name nobody has used: 12 characters of a–z and 0–9, some 62 random bits. */
export function newDocumentName(): string {
  let name = '';
  while (name.length < 12) {
    for (const byte of crypto.getRandomValues(new Uint8Array(16))) {
      // 252 is the greatest multiple of 36 in a byte: above it, some letters would come more often.
      if (byte < 252 && name.length < 12) name += alphabet[byte % alphabet.length];
    }
  }
  return name;
}
