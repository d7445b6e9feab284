import { accessLimits } from '../access-limits.ts';

const pattern = /^https?:\/\/[a-z0-9_-]+(?:\.[a-z0-9_-]+)*(?::[1-9][0-9]{0,4})?$/;

/**
 * Whether `text` is an origin as browsers serialize it that is safe in a `frame-ancestors` directive.
 * IPv6 addresses and `null` are not. URL parsers accept hosts with `;` and `,`, which would end the
 * directive, so every origin must pass this check before it is written into a policy.
 *
 * @see https://www.w3.org/TR/CSP3/#directive-frame-ancestors
 */
export function isEmbedOrigin(text: string): boolean {
  return text.length <= accessLimits.originLength && pattern.test(text);
}
