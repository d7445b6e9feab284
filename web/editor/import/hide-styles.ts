import { htmlTokens } from '../../../content/html-tokens.ts';

/**
 * Renames `style` attributes and event handlers, such as `style` to `data-style`, and removes style
 * sheets.
 *
 * A Content-Security-Policy without inline styles empties every `style` attribute while HTML is
 * parsed, and with it the bold and italic of Google Docs. `prepareHtml` restores the styles in a
 * way that the policy allows. The handlers would not run either way, but the browser would report
 * them.
 */
export function hideStyles(html: string): string {
  const kept: string[] = [];
  let isStyleSheet = false;
  for (const token of htmlTokens(html)) {
    if (token.type === 'open' && token.name === 'style') isStyleSheet = true;
    if (!isStyleSheet) kept.push(token.type === 'open' ? hideInTag(token) : token.source);
    if (token.type === 'close' && token.name === 'style') isStyleSheet = false;
  }
  return kept.join('');
}

function hideInTag(
  { source, attributes }: {
    readonly source: string;
    readonly attributes: readonly { readonly name: string; readonly offset: number }[];
  },
): string {
  let result = '';
  let from = 0;
  for (const { name, offset } of attributes) {
    if (name !== 'style' && !/^on[a-z]/.test(name)) continue;
    result += `${source.slice(from, offset)} data-`;
    from = offset;
  }
  return result + source.slice(from);
}
