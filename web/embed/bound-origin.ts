/**
 * The one site a token may be used on, or null where it may be used anywhere. Read without being
 * verified, which only the service can: it takes no token that somebody has changed.
 */
export function boundOrigin(credential: string | null): string | null {
  return textClaim(credential, 'origin');
}

/** The role a token gives; null for a key, whose role only the service knows. */
export function claimedRole(credential: string | null): string | null {
  return textClaim(credential, 'role');
}

function textClaim(credential: string | null, name: 'origin' | 'role'): string | null {
  const [, payload, signature] = credential?.split('.') ?? [];
  if (payload === undefined || signature === undefined) return null;
  try {
    const claims: unknown = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')));
    if (typeof claims !== 'object' || claims === null) return null;
    const value = (claims as Record<string, unknown>)[name];
    return typeof value === 'string' ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof DOMException) return null;
    throw error;
  }
}
