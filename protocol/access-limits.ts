/**
 * Limits of keys, tokens and access management. They are separate from `limits` because the editor's
 * first load includes those and does not need these.
 */
export const accessLimits = {
  /** Keys of one document, without revoked ones. Beyond: 409. */
  keys: 100,
  /** A key's label, in Unicode characters. Beyond: 400. */
  labelLength: 100,
  /** Individually revoked tokens of one document, without expired ones. Beyond: 409. */
  revocations: 1000,
  /** Sites that may embed one document. Beyond: 400. */
  frameOrigins: 20,
  /** The origin of such a site, in characters; a host name has at most 253. Beyond: 400. */
  originLength: 270,
  /** The body of a request that manages a document, in bytes. Beyond: 413. */
  bodyBytes: 16 * 1024,
  /** The body of a request that creates a document with content, in bytes. Beyond: 413. */
  contentBytes: 1024 * 1024,
  /** The title of a new document, in UTF-16 units. Beyond: 400. */
  titleLength: 200,
  /** WebSocket handshakes and new HTTP sessions per minute and address. Beyond: 429. Open mode does not count them. */
  handshakesPerMinute: 600,
  /** Documents created per minute and address. Beyond: 429. Open mode does not count them. */
  creationsPerMinute: 30,
  /** Invalid credentials per minute and address. Beyond: every credential gets 429 for a minute. */
  failuresPerMinute: 60,
} as const;

/** Limits of access tokens (docs/TOKENS.md). */
export const tokenLimits = {
  /** Length of a token, checked before anything else. */
  characters: 2048,
  /** Time from `iat` to `exp`, in milliseconds. */
  lifetime: 24 * 60 * 60 * 1000,
  /**
   * Tolerated clock difference between service and signer, in milliseconds. A token is valid from
   * `iat` (or `nbf`) minus this until `exp` plus this.
   */
  leeway: 60_000,
  /** `sub`, in Unicode characters. */
  subjectLength: 128,
  /** `jti`, in Unicode characters. */
  idLength: 128,
  /** `name`, in Unicode characters. */
  nameLength: 64,
  /** Length of a secret in bytes: the output size of SHA-256, as RFC 7518 section 3.2 requires. */
  secretBytes: 32,
  /** Secrets in use at the same time: the current one, and the one before or after it. */
  secrets: 2,
} as const;
