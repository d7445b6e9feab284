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
  const mount = (command: string, ...args: string[]) =>
    new Deno.Command(command, { args, stderr: 'null' }).outputSync().success;
  const isMounted = Deno.build.os === 'linux' &&
    mount('mount', '-t', 'tmpfs', 'tmpfs', folder.path);
  return {
    ...folder,
    [Symbol.dispose]() {
      if (isMounted) mount('umount', '--lazy', folder.path);
      folder[Symbol.dispose]();
    },
  };
}
