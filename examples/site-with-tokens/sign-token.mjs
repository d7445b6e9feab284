import { Buffer } from 'node:buffer';
import { createHmac } from 'node:crypto';

/** As docs/TOKENS.md has it. `entry` is `kid:secret`; the secret's bytes sign, not its text. */
export function signToken(entry, claims, seconds = 600) {
  const [kid, secret] = entry.split(':', 2);
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const iat = Math.floor(Date.now() / 1000);
  const header = encode({ alg: 'HS256', typ: 'JWT', kid });
  const signed = `${header}.${encode({ ...claims, iat, exp: iat + seconds })}`;
  const key = Buffer.from(secret, 'base64url');
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}
