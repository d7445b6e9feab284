/** Puts text on the clipboard. False where the browser, or a site that embeds this page, forbids it. */
export async function copyText(text: string): Promise<boolean> {
  // Absent on pages that are served neither over https nor from localhost.
  if (!navigator.clipboard) return false;
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch (error) {
    if (error instanceof DOMException) return false;
    throw error;
  }
}
