import type { Inline } from './tree.ts';

/** An address that Markdown parsers read alike, and whose text is the address itself. */
const plainAddress = /^https?:\/\/[\w.:-]+(?:[/?#][\w./?#=&:,;@+$!()*'~-]*)?$/;

/** One that the extension of GFM for addresses in a text recognizes in full, and nothing in it. */
const bareAddress = /^https?:\/\/[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:[/?#][\w./?#=&:,@+$-]*)?$/;

const emailAddress = /^[\w.+-]+@[a-z\d-]+(?:\.[a-z\d-]+)+$/i;

/**
 * Writes the link at an index if its text is its address: as the address alone where parsers find its
 * ends, else in angle brackets. Null for anything else.
 *
 * @see https://github.github.com/gfm/#autolinks-extension-
 */
export function autolinkAt(content: readonly Inline[], i: number): string | null {
  const linkAt = (at: number) => {
    const inline = content[at];
    const [mark] = inline?.type === 'text' ? inline.marks : [];
    return mark?.type === 'link' ? mark.href : null;
  };
  const textAt = (at: number) => {
    const inline = content[at];
    return inline?.type === 'text' ? inline.text : '';
  };
  const inline = content[i];
  const href = linkAt(i);
  if (inline?.type !== 'text' || href === null || inline.text.length > href.length) return null;
  // A part of a link, or code.
  if ([linkAt(i - 1), linkAt(i + 1)].includes(href)) return null;
  if (inline.marks.some(({ type }) => type === 'code')) return null;
  return autolink(inline.text, href, { before: textAt(i - 1), after: textAt(i + 1) });
}

/** `before` and `after` are the texts around the link in its line. */
function autolink(
  text: string,
  href: string,
  { before, after }: { readonly before: string; readonly after: string },
): string | null {
  if (href === `mailto:${text}` && emailAddress.test(text)) return `<${text}>`;
  if (text !== href || !plainAddress.test(text) || /&\w+;/.test(text)) return null;
  const isSeparate = /(?:^|[\s(])$/.test(before.slice(-1)) && /^[.,:!?]?(?:\s|$)/.test(after);
  const hasEmphasis = /(?:^|\W)_|_(?:\W|$)/.test(text);
  const endsClearly = /[\w/=-]$/.test(text);
  return isSeparate && !hasEmphasis && endsClearly && bareAddress.test(text) ? text : `<${text}>`;
}
