import { accessLimits } from './access-limits.ts';

const pattern = /^https?:\/\/[a-z0-9_-]+(?:\.[a-z0-9_-]+)*(?::[1-9][0-9]{0,4})?$/;

/**
 * Whether this may be an origin as a browser writes it, and can stand in a frame policy. An address
 * of IPv6 cannot, nor can `null`. Hosts may hold characters that end a directive there (`;` and `,`
 * are allowed in them), so nothing goes into a policy that has not passed here.
 */
export function isEmbedOrigin(text: string): boolean {
  return text.length <= accessLimits.originLength && pattern.test(text);
}
