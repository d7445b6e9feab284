// The style sheets of web/elements as modules that export their text: `import css from 'styles:viewer'`.
import { build, transform } from 'esbuild';
import { join } from 'node:path';

/** Of all tokens these are a promise: a page may set them as `--edgepad-…`. */
const promised = /--(accent|paper|ink|rule|font):([^;}]+)/g;

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

/** The tokens belong to the element, not to the page, and the page may change some of them. */
function ownTokens(css) {
  return css
    .replaceAll(/:root\[data-theme="?(light|dark)"?\]/g, ':host([theme=$1])')
    .replaceAll(':root[data-theme]', ':host([theme])')
    .replaceAll(':root', ':host')
    .replaceAll(promised, '--$1:var(--edgepad-$1,$2)');
}

/** What stands in the page itself: for texts of ours alone, with the element's tokens. */
async function inPage(css) {
  const { code } = await transform(
    `edgepad-editor{${css.replaceAll(/:root[^{]*\{[^}]*\}/g, '')}}`,
    {
      loader: 'css',
      minify: true,
      // Nested rules are new: written out they work everywhere.
      target: ['chrome110', 'firefox115', 'safari16'],
    },
  );
  return code;
}

const sheets = {
  viewer: async (root) => ownTokens(await bundled(root, 'web/elements/viewer.css')),
  'editor-shadow': async (root) => ownTokens(await bundled(root, 'web/elements/editor-shadow.css')),
  'editor-text': async (root) => inPage(await bundled(root, 'web/elements/editor-text.css')),
};

/** For esbuild; `root` is the folder of the project. */
export const elementStyles = (root) => ({
  name: 'element-styles',
  setup(bundler) {
    bundler.onResolve({ filter: /^styles:/ }, ({ path }) => ({
      path: path.slice('styles:'.length),
      namespace: 'styles',
    }));
    bundler.onLoad({ filter: /./, namespace: 'styles' }, async ({ path }) => {
      if (!sheets[path]) throw new Error(`Cannot build elements: no styles called ${path}`);
      return { contents: `export default ${JSON.stringify((await sheets[path](root)).trim())};` };
    });
  },
});
