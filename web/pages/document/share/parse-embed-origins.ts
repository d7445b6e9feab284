import { accessLimits } from '../../../../protocol/access-limits.ts';
import { isEmbedOrigin } from '../../../../protocol/text/embed-origin.ts';

type ParsedEmbedOrigins =
  | { readonly origins: readonly string[] }
  /** For the person. */
  | { readonly problem: string };

/** Reads sites, one per line, as origins. Accepts addresses within a site: people copy those. */
export function parseEmbedOrigins(text: string): ParsedEmbedOrigins {
  const origins = new Set<string>();
  for (const line of text.split('\n')) {
    for (const address of line.split(/[\s,]+/).filter(Boolean)) {
      const origin = originOf(address);
      if (origin === null) {
        const shown = line.trim();
        return {
          problem: `“${shown}” is not the address of a site. Write it like https://site.example.`,
        };
      }
      origins.add(origin);
    }
  }
  if (origins.size > accessLimits.frameOrigins) {
    return { problem: `Too many sites: the limit is ${accessLimits.frameOrigins}.` };
  }
  return { origins: [...origins] };
}

function originOf(text: string): string | null {
  const address = text.includes('://') ? text : withScheme(text);
  if (address === null || !URL.canParse(address)) return null;
  const { origin, username } = new URL(address);
  // With a user name it is probably an email address.
  return isEmbedOrigin(origin) && username === '' ? origin : null;
}

/** Null for a single word, which is not the name of a site. */
function withScheme(name: string): string | null {
  if (/^(localhost|127\.0\.0\.1)\b/.test(name)) return `http://${name}`;
  return name.includes('.') ? `https://${name}` : null;
}
