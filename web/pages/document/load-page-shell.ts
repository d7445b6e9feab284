/** The delay before another attempt, in milliseconds. */
const retryDelay = 5_000;

/** Loads what surrounds the text, and retries until it succeeds. */
export async function loadPageShell(): Promise<typeof import('./page-shell.ts')> {
  for (;;) {
    try {
      return await import('./page-shell.ts');
    } catch (error) {
      // Thrown when the script cannot be fetched.
      if (!(error instanceof TypeError)) throw error;
      await new Promise((resolve) => setTimeout(resolve, retryDelay));
    }
  }
}
