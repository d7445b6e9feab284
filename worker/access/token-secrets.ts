import { tokenLimits } from '../../protocol/token-limits.ts';
import { decodeBase64url } from './base64url.ts';

/** What a site's back end signs tokens with, and the name by which a token says that it did. */
export interface TokenSecret {
  readonly kid: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const kidPattern = /^[A-Za-z0-9._-]{1,64}$/;

/**
 * Reads the setting EDGEPAD_TOKEN_SECRETS: one or two entries `kid:secret`, apart by blanks or
 * commas, each secret 32 bytes or more in base64url without padding. Nothing set is no secrets.
 *
 * @throws {TypeError} if it is wrong in any way. The message says what is, and repeats nothing of it:
 * who mistypes an entry may have put the secret where the name belongs.
 */
export function parseTokenSecrets(setting: string | undefined): readonly TokenSecret[] {
  const entries = (setting ?? '').split(/[\s,]+/).filter((entry) => entry !== '');
  if (entries.length > tokenLimits.secrets) {
    throw wrong(
      `there are ${entries.length} entries, and at most ${tokenLimits.secrets} may be active`,
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
