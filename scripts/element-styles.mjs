// An esbuild plugin for the style sheets of web/elements: `import css from 'styles:viewer'` imports text.
import { build, transform } from 'esbuild';
import { join } from 'node:path';

/** The custom properties that a page may set, as `--edgepad-NAME`. */
const publicProperties = /--(accent|paper|ink|rule|font):([^;}]+)/g;

async function bundled(root, path) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [join(root, path)],
    bundle: true,
    minify: true,
    write: false,
    target: ['chrome123', 'firefox120', 'safari17.5'],
  });
  return outputFiles[0].text;
}

/** Defines the custom properties on the element instead of the page. */
function scopeToHost(css) {
  return css
    .replaceAll(/:root\[data-theme="?(light|dark)"?\]/g, ':host([theme=$1])')
    .replaceAll(':root[data-theme]', ':host([theme])')
    .replaceAll(':root', ':host')
    .replaceAll(publicProperties, '--$1:var(--edgepad-$1,$2)');
}

/** Limits the styles of the text, which is in the page, to the element. */
async function scopeToEditor(css) {
  const { code } = await transform(
    `edgepad-editor{${css.replaceAll(/:root[^{]*\{[^}]*\}/g, '')}}`,
    {
      loader: 'css',
      minify: true,
      // Expands the nested rule for older browsers.
      target: ['chrome110', 'firefox115', 'safari16'],
    },
  );
  return code;
}

const sheets = {
  viewer: async (root) => scopeToHost(await bundled(root, 'web/elements/viewer.css')),
  'editor-shadow': async (root) =>
    scopeToHost(await bundled(root, 'web/elements/editor-shadow.css')),
  'editor-text': async (root) => scopeToEditor(await bundled(root, 'web/elements/editor-text.css')),
};

/** The module that exports a style sheet as text. `root`: the folder of the project. */
export async function styleModule(root, name) {
  if (!sheets[name]) throw new Error(`Cannot build elements: there is no style sheet ${name}`);
  return `export default ${JSON.stringify((await sheets[name](root)).trim())};`;
}

/** `root`: the folder of the project. */
export const elementStyles = (root) => ({
  name: 'element-styles',
  setup(bundler) {
    bundler.onResolve({ filter: /^styles:/ }, ({ path }) => ({
      path: path.slice('styles:'.length),
      namespace: 'styles',
    }));
    bundler.onLoad({ filter: /./, namespace: 'styles' }, async ({ path }) => ({
      contents: await styleModule(root, path),
    }));
  },
});
