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
