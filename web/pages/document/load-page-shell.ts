/** How long to wait before another attempt, in milliseconds. */
const pause = 5_000;

/** Loads what stands around the text; tries until it is there. Nothing else waits for it. */
export async function loadPageShell(): Promise<typeof import('./page-shell.ts')> {
  for (;;) {
    try {
      return await import('./page-shell.ts');
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}
