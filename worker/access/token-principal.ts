import { tokenLimits } from '../../protocol/access-limits.ts';
import { type Denial, denial, type TokenPrincipal } from '../core/access/principal.ts';
import type { AccessSettings } from './settings.ts';
import { TokenError } from './token-error.ts';

/** The principal of a token, and the name of the token's document. */
type VerifiedPrincipal = Omit<TokenPrincipal, 'mayCreate'> & { readonly document: string };

/**
 * Verifies a token, and answers a denial for one that is not accepted. `audience` is the URL of the
 * service, and `document` a name; null accepts any.
 */
export async function principalFromToken(
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
  const verified = await principalFromToken(settings, token, expected);
  if ('status' in verified) return verified;
  return { ...verified, mayCreate: settings.creation !== 'off' };
}
