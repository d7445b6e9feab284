/**
 * Reads claims of a token (a JSON Web Token, RFC 7519) without verifying it: only the service can, and
 * it rejects a token that was changed. A key, or text that is not a token, has no claims.
 */

/** The person a token was issued for, as other people see them. */
export interface TokenIdentity {
  readonly name?: string;
  /** `#rrggbb`. */
  readonly color?: string;
  /** Whether the token names a user (`sub`); without one the person is a guest. */
  readonly isKnown: boolean;
}

export function tokenIdentity(credential: string | null): TokenIdentity {
  const { sub, name, color } = claimsOf(credential);
  return {
    ...(typeof name === 'string' && name.trim() !== '' && { name: name.trim() }),
    ...(typeof color === 'string' && /^#[0-9a-f]{6}$/i.test(color) && { color }),
    isKnown: typeof sub === 'string' && sub !== '',
  };
}

/** The only site on which the token may be used; null when it may be used on any. */
export function tokenOrigin(credential: string | null): string | null {
  const { origin } = claimsOf(credential);
  return typeof origin === 'string' ? origin : null;
}

/** The role the token permits; null for a key, whose role only the service knows. */
export function tokenRole(credential: string | null): string | null {
  const { role } = claimsOf(credential);
  return typeof role === 'string' ? role : null;
}

/** When the token expires, in milliseconds since 1970; null for a key. */
export function tokenExpiry(credential: string | null): number | null {
  const { exp } = claimsOf(credential);
  return typeof exp === 'number' && Number.isFinite(exp) ? exp * 1000 : null;
}

/** Empty where there are none. */
function claimsOf(credential: string | null): Readonly<Record<string, unknown>> {
  const [, payload, signature] = credential?.split('.') ?? [];
  if (payload === undefined || signature === undefined) return {};
  try {
    const binary = atob(payload.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof claims === 'object' && claims !== null ? { ...claims } : {};
  } catch (error) {
    // DOMException: not base64url. SyntaxError: not JSON.
    if (error instanceof SyntaxError || error instanceof DOMException) return {};
    throw error;
  }
}
