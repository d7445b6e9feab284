/**
 * Limits of access tokens (docs/TOKENS.md). They are separate from `limits` because the editor's first
 * load includes those and does not need these.
 */
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
