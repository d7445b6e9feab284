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
