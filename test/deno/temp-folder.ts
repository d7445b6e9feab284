/** A folder that is gone when the test is over, however it ends. */
export interface TempFolder extends Disposable {
  readonly path: string;
  /** The names of the files in it, or in a folder of it. */
  files(folder?: string): string[];
}

export function tempFolder(): TempFolder {
  const path = Deno.makeTempDirSync({ prefix: 'edgepad-' });
  return {
    path,
    files: (folder = '.') =>
      [...Deno.readDirSync(`${path}/${folder}`)].map(({ name }) => name).sort(),
    [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }),
  };
}

/** A folder in memory where this process may mount one, else on the disk: faster, as syncs cost nothing. */
export function memoryFolder(): TempFolder {
  const folder = tempFolder();
  const isMounted = run('mount', '-t', 'tmpfs', 'tmpfs', folder.path);
  return {
    ...folder,
    [Symbol.dispose]() {
      if (isMounted) run('umount', '--lazy', folder.path);
      folder[Symbol.dispose]();
    },
  };
}

/** Makes a {@link memoryFolder} read-only, or writable again. Throws where it is not mounted. */
export function remount({ path }: TempFolder, mode: 'ro' | 'rw'): void {
  if (!run('mount', '-o', `remount,${mode}`, path)) throw new Error(`Cannot remount ${path}`);
}

/** Whether this process may mount file systems. */
export function canMount(): boolean {
  using folder = memoryFolder();
  return run('mountpoint', '-q', folder.path);
}

function run(command: string, ...args: string[]): boolean {
  if (Deno.build.os !== 'linux') return false;
  return new Deno.Command(command, { args, stderr: 'null' }).outputSync().success;
}
