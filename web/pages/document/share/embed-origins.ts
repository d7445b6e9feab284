import { accessLimits } from '../../../../protocol/access-limits.ts';
import { isEmbedOrigin } from '../../../../protocol/embed-origin.ts';

/**
 * The sites somebody has written down, one on each line, as origins; or what is wrong, in words for
 * them. An address is taken for the site it is on: people copy what they have before them.
 */
export function parseEmbedOrigins(
  text: string,
): { readonly origins: readonly string[] } | { readonly problem: string } {
  const origins = new Set<string>();
  for (const line of text.split('\n')) {
    for (const address of line.split(/[\s,]+/).filter(Boolean)) {
      const origin = originOf(address);
      if (origin === null) {
        return {
          problem:
            `“${line.trim()}” is not the full address of a site, as in https://site.example.`,
        };
      }
      origins.add(origin);
    }
  }
  if (origins.size > accessLimits.frameOrigins) {
    return { problem: `${accessLimits.frameOrigins} sites at most can be let in.` };
  }
  return { origins: [...origins] };
}

function originOf(text: string): string | null {
  const address = text.includes('://') ? text : withScheme(text);
  if (address === null || !URL.canParse(address)) return null;
  const { origin, username } = new URL(address);
  // What looks like an address of mail means something else.
  return isEmbedOrigin(origin) && username === '' ? origin : null;
}

/** Null for a word, which is no name of a site as people write them. */
function withScheme(name: string): string | null {
  if (/^(localhost|127\.0\.0\.1)\b/.test(name)) return `http://${name}`;
  return name.includes('.') ? `https://${name}` : null;
}
