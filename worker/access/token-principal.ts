import { tokenLimits } from '../../protocol/token-limits.ts';
import { type Denial, denial, type TokenPrincipal } from '../core/access/principal.ts';
import type { AccessSettings } from './settings.ts';
import { TokenError } from './token-error.ts';

/** A token's principal, and what only the routes need. */
type VerifiedPrincipal = Omit<TokenPrincipal, 'mayCreate'> & { readonly document: string };

/**
 * Verifies a token. `audience` is the URL of the service, and `document` a name, null for any. Never
 * rejects.
 */
export async function verifyToken(
  { verifyToken }: AccessSettings,
  token: string,
  { audience, document }: { readonly audience: string; readonly document: string | null },
): Promise<VerifiedPrincipal | Denial> {
  if (!verifyToken) return denial('bad-token', 'Cannot accept token: this service has no secret');
  try {
    const verified = await verifyToken(token, { audience, document, now: Date.now() });
    const expiresAt = verified.expiresAt + tokenLimits.leeway;
    return { kind: 'token', ...verified, expiresAt, audience };
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    if (error.code !== 'wrong-document') return denial(error.code, error.message);
    return denial('not-found', 'There is no such document, or this token is for another');
  }
}

/** Verifies a token that a client sends over its open connection; see `DocumentHost`. */
export async function verifyFreshToken(
  settings: AccessSettings,
  token: string,
  expected: { readonly audience: string; readonly document: string },
): Promise<TokenPrincipal | Denial> {
  const verified = await verifyToken(settings, token, expected);
  if ('status' in verified) return verified;
  return { ...verified, mayCreate: settings.creation !== 'off' };
}
