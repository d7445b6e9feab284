import { Buffer } from 'node:buffer';
import { createHmac } from 'node:crypto';

/**
 * Signs a token as docs/TOKENS.md describes. `entry` is `kid:secret`, with the secret in base64url: its
 * bytes are the key, not its text.
 */
export function signToken(entry, claims, seconds = 600) {
  const [kid, secret] = entry.split(':', 2);
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const iat = Math.floor(Date.now() / 1000);
  const header = encode({ alg: 'HS256', typ: 'JWT', kid });
  const signed = `${header}.${encode({ ...claims, iat, exp: iat + seconds })}`;
  const key = Buffer.from(secret, 'base64url');
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}
