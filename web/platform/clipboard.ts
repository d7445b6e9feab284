/**
 * Copies text. False when the browser, or the site that embeds this page, does not allow it. Call it
 * from the handler of a click or a key, with a promise for text that is still being fetched: Safari
 * allows no copying later.
 */
export async function copyText(text: string | Promise<string>): Promise<boolean> {
  // Missing on pages that are served neither over https nor from localhost.
  if (!navigator.clipboard) return false;
  try {
    if (typeof text === 'string' || !('ClipboardItem' in globalThis)) {
      await navigator.clipboard.writeText(await text);
    } else {
      const type = 'text/plain';
      const blob = text.then((content) => new Blob([content], { type }));
      await navigator.clipboard.write([new ClipboardItem({ [type]: blob })]);
    }
    return true;
  } catch (error) {
    if (error instanceof DOMException) return false;
    throw error;
  }
}
