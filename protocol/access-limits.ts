/**
 * What those who manage a document may ask for. Apart from `limits`, because browsers load those and
 * have no use for these; what a token may be stands in token-limits.ts.
 */
export const accessLimits = {
  /** Keys of one document, withdrawn ones not counted. Over it: 409. */
  keys: 100,
  /** A key's label, in characters. Over it: 400. */
  labelLength: 100,
  /** Tokens revoked one by one in one document, those that have expired not counted. Over it: 409. */
  revocations: 1000,
  /** Sites that may show one document in a frame. Over it: 400. */
  frameOrigins: 20,
  /** The origin of such a site, in characters: a host name has 253 at most. Over it: 400. */
  originLength: 270,
  /** The body of a request that manages a document, in bytes. Over it: 413. */
  bodyBytes: 16 * 1024,
  /** Of one address, per minute. Over it: 429. Nobody counts in open mode. */
  handshakesPerMinute: 600,
  creationsPerMinute: 30,
  /** Proofs that open nothing, of one address, per minute. Over it: 429 for a minute, for any credential. */
  failuresPerMinute: 60,
} as const;
