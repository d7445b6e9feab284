/**
 * What a token may be, in one place; docs/TOKENS.md tells it to those who sign. Apart from
 * {@link limits}, because browsers load those and have no use for these.
 */
export const tokenLimits = {
  /** A whole token. Looked at before anything else is. */
  characters: 2048,
  /** From `iat` to `exp`, in milliseconds. */
  lifetime: 24 * 60 * 60 * 1000,
  /**
   * How far the clocks of service and signer may differ, in milliseconds: a token is good from so
   * long before its `iat` (and `nbf`) until so long after its `exp`.
   */
  leeway: 60_000,
  /** `sub`, `jti` and `name`, in Unicode characters. */
  subjectLength: 128,
  idLength: 128,
  nameLength: 64,
  /** A secret, in bytes: what SHA-256 gives, as RFC 7518 demands. */
  secretBytes: 32,
  /** Secrets at a time: the one in use, and the one that follows or preceded it. */
  secrets: 2,
} as const;
