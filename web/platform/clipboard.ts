/** Copies text. False when the browser, or the site that embeds this page, does not allow it. */
export async function copyText(text: string): Promise<boolean> {
  // Missing on pages that are served neither over https nor from localhost.
  if (!navigator.clipboard) return false;
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch (error) {
    if (error instanceof DOMException) return false;
    throw error;
  }
}
