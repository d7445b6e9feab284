import { tokenLimits } from '../../protocol/access-limits.ts';
import { decodeBase64url } from './base64url.ts';

/** A secret that a site's back end signs tokens with, and its name in their headers. */
export interface TokenSecret {
  readonly kid: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const kidPattern = /^[A-Za-z0-9._-]{1,64}$/;

/**
 * Parses EDGEPAD_TOKEN_SECRETS: up to two entries `kid:secret`, separated by spaces or commas. A secret
 * is at least 32 bytes in base64url without padding.
 *
 * @throws {TypeError} if the setting is invalid. The message contains nothing of the setting: after a
 * mistake the secret may be in the place of the name.
 */
export function parseTokenSecrets(setting: string | undefined): readonly TokenSecret[] {
  const entries = (setting ?? '').split(/[\s,]+/).filter((entry) => entry !== '');
  if (entries.length > tokenLimits.secrets) {
    throw wrong(
      `there are ${entries.length} entries, and at most ${tokenLimits.secrets} are allowed`,
    );
  }
  const secrets = entries.map(parseEntry);
  const [first, second] = secrets;
  if (first && second && first.kid === second.kid) throw wrong('both entries have the same kid');
  return secrets;
}

function parseEntry(entry: string, index: number): TokenSecret {
  const place = `entry ${index + 1}`;
  const colon = entry.indexOf(':');
  if (colon < 0) throw wrong(`${place} has no colon between its kid and its secret`);
  const kid = entry.slice(0, colon);
  if (!kidPattern.test(kid)) {
    throw wrong(`the kid of ${place} must be 1 to 64 letters, digits, ".", "_" or "-"`);
  }
  const bytes = decodeBase64url(entry.slice(colon + 1));
  if (bytes === null) {
    throw wrong(`the secret of ${place} is not base64url (A-Z a-z 0-9 - _, no "=" at the end)`);
  }
  if (bytes.length < tokenLimits.secretBytes) {
    throw wrong(
      `the secret of ${place} has ${bytes.length} bytes, and needs ${tokenLimits.secretBytes}`,
    );
  }
  return { kid, bytes };
}

function wrong(what: string): TypeError {
  return new TypeError(`Cannot read EDGEPAD_TOKEN_SECRETS: ${what}`);
}
