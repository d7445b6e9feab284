import { build } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** A change of the core's source that breaks an invariant. */
export interface Mutation {
  /** What the mutated core does wrong. */
  readonly name: string;
  /** The path in the repository. */
  readonly file: string;
  /** The text to replace; the file must contain it exactly once. */
  readonly find: string;
  readonly replace: string;
}

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Bundles the simulator with the mutated core. */
export async function mutantSimulator(
  mutation: Mutation,
): Promise<typeof import('../simulator.ts')> {
  return await bundleMutant(mutation, 'test/support/simulator.ts') as never;
}

/** Bundles a module with the mutated core. */
export async function bundleMutant(
  { name, file, find, replace }: Mutation,
  entryPoint: string,
): Promise<unknown> {
  const target = `${root}${file}`;
  // In node_modules, so that the bundle resolves its imports.
  const outfile = `${root}node_modules/.cache/edgepad/${name.replaceAll(/\W+/g, '-')}.mjs`;
  await build({
    absWorkingDir: root,
    entryPoints: [entryPoint],
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
            throw new Error(`Cannot mutate ${file}: it does not contain "${find}" exactly once`);
          }
          return { contents: source.replace(find, () => replace), loader: 'ts' };
        });
      },
    }],
  });
  // The time makes the URL unique, so that the module is not cached.
  return await import(`${pathToFileURL(outfile)}?${Date.now()}`);
}
