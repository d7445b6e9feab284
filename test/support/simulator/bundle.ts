import { build } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** A change of the core's source that breaks one of its promises. */
export interface Mutation {
  /** What the broken core does, in words. */
  readonly name: string;
  /** The file, from the top of the repository. */
  readonly file: string;
  /** What stands there exactly once. */
  readonly find: string;
  readonly replace: string;
}

type Simulator = typeof import('../simulator.ts');

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** The simulator over a core that has been changed in this way; nothing on the disk is. */
export async function mutantSimulator({ name, file, find, replace }: Mutation): Promise<Simulator> {
  const target = `${root}${file}`;
  // Inside of node_modules, so that its own imports are found from there.
  const outfile = `${root}node_modules/.cache/edgepad/${name.replaceAll(/\W+/g, '-')}.mjs`;
  await build({
    absWorkingDir: root,
    entryPoints: ['test/support/simulator.ts'],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'error',
    plugins: [{
      name: 'mutation',
      setup({ onLoad }) {
        onLoad({ filter: /\.ts$/ }, async ({ path }) => {
          if (path !== target) return null;
          const source = await readFile(path, 'utf8');
          if (source.split(find).length !== 2) {
            throw new Error(`Cannot mutate ${file}: "${find}" does not stand there exactly once`);
          }
          return { contents: source.replace(find, () => replace), loader: 'ts' };
        });
      },
    }],
  });
  // The time makes it another module than that of an earlier run.
  return await import(`${pathToFileURL(outfile)}?${Date.now()}`) as Simulator;
}
