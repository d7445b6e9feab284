/**
 * Makes the names in a folder survive a power failure, where the system can sync a folder: new files,
 * and those that were renamed.
 */
export function syncFolder(path: string): void {
  try {
    using folder = Deno.openSync(path);
    folder.syncSync();
  } catch {
    // Windows cannot open a folder, and some file systems cannot sync one. SQLite ignores it as well.
  }
}

/** Creates a folder, and those above it, so that they survive a power failure. */
export function makeFolder(path: string): void {
  if (!mustMake(path)) return;
  const parent = path.slice(0, Math.max(path.lastIndexOf('/'), 0));
  if (parent !== '') makeFolder(parent);
  Deno.mkdirSync(path, { recursive: true });
  syncFolder(parent || '.');
}

function mustMake(path: string): boolean {
  try {
    Deno.statSync(path);
    return false;
  } catch (error) {
    // The service may have no permission for the folder in which its data folder is.
    if (error instanceof Deno.errors.NotCapable) return false;
    if (error instanceof Deno.errors.NotFound) return true;
    throw error;
  }
}
