import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of fixed size. */
export interface SmallDisk {
  readonly path: string;
  /** Takes all space that is left. */
  fill(): void;
  /** Releases the space that {@link fill} has taken. */
  release(): void;
  dispose(): void;
}

/** Mounts a file system in memory. Null where this process may not mount. */
export function mountSmallDisk(megabytes: number): SmallDisk | null {
  const path = mkdtempSync(join(tmpdir(), 'edgepad-disk-'));
  const options = ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path];
  if (spawnSync('mount', options).status !== 0) {
    rmSync(path, { recursive: true });
    return null;
  }
  const filler = join(path, 'filler');
  return {
    path,
    fill() {
      for (const bytes of [65_536, 4096, 1]) {
        try {
          for (;;) appendFileSync(filler, new Uint8Array(bytes));
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
        }
      }
    },
    release: () => rmSync(filler),
    dispose() {
      spawnSync('umount', ['--lazy', path]);
      rmSync(path, { recursive: true });
    },
  };
}
