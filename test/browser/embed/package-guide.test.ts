import { build } from 'esbuild';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { faultsOf } from '../../support/browser/browser.ts';
import { eventually } from '../../support/browser/page.ts';
import { ClosedService } from '../../support/servers/closed-service.ts';
import { HostSite, openStrictBrowser } from '../../support/servers/host-site.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../../..');

let folder: string;
let site: HostSite;
let service: ClosedService;
let browser: Awaited<ReturnType<typeof openStrictBrowser>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'edgepad-guide-'));
  [site, browser] = await Promise.all([HostSite.start(), openStrictBrowser()]);
  service = await ClosedService.start(inject('host'), { EDGEPAD_ORIGINS: site.url });
  await run(process.execPath, ['scripts/pack-npm.mjs'], { cwd: root });
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const flags = ['--no-audit', '--no-fund', '--prefer-offline'];
  const packages = [join(root, `dist/edgepad-${version}.tgz`), 'yjs', 'ws', '@types/ws'];
  await run('npm', ['install', ...flags, ...packages], { cwd: folder });
}, 180_000);
afterAll(async () => {
  await Promise.all([browser?.close(), site?.stop(), service?.stop()]);
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** The files of the guide, by name, for one document of the test's service. */
async function readGuide(document: string): Promise<Map<string, string>> {
  const guide = await readFile(join(root, 'docs/PACKAGE.md'), 'utf8');
  const files = new Map<string, string>();
  const blocks = /^```(?:html|ts|js)\n(?:\/\/|<!--) (\S+)(?: -->)?\n(.*?)^```$/gms;
  for (const [, name = '', code = ''] of guide.matchAll(blocks)) {
    files.set(name, (files.get(name) ?? '') + code);
  }
  for (const [name, code] of files) {
    const adapted = code.replaceAll('http://localhost:8787', service.url)
      .replaceAll('ws://localhost:8787', service.url.replace('http', 'ws'))
      .replaceAll("'minutes'", `'${document}'`);
    files.set(name, adapted);
  }
  return files;
}

test('[F10] the guide to the npm package works as written', async () => {
  const { name, keys } = await service.make();
  const files = await readGuide(name);
  for (const [file, code] of files) await writeFile(join(folder, file), code);
  await run(process.execPath, [
    join(root, 'node_modules/typescript/bin/tsc'),
    ...['--noEmit', '--strict', '--skipLibCheck', '--ignoreConfig'],
    ...['--module', 'esnext', '--moduleResolution', 'bundler', '--target', 'es2022'],
    ...[
      '--lib',
      'es2023,dom,dom.iterable',
      '--types',
      '',
      '--noUncheckedSideEffectImports',
      'false',
    ],
    'main.ts',
  ], { cwd: folder }).catch(({ stdout }) => expect(stdout).toBe(''));

  const { outputFiles } = await build({
    absWorkingDir: folder,
    entryPoints: ['main.ts'],
    bundle: true,
    format: 'esm',
    outdir: folder,
    write: false,
  });
  const output = (end: string) => outputFiles.find(({ path }) => path.endsWith(end))?.text ?? '';
  site.script('main', output('.js'));
  site.token = () => keys.edit;
  const html = files.get('index.html') ?? '';
  const styled = site.page(html.replace(/<link.+>/, `<style>${output('.css')}</style>`));
  const unstyled = site.page(html.replace(/<link.+>/, ''));

  const faults: string[] = [];
  const pages = [];
  for (const address of [styled, unstyled]) {
    const page = await browser.context.newPage();
    faults.push(...faultsOf(page));
    await page.goto(address);
    await page.click('.ProseMirror[contenteditable=true]');
    pages.push(page);
  }
  const [one, two] = pages;
  if (!one || !two) throw new Error('Two pages are open');
  await one.keyboard.type('# Plan');
  await one.keyboard.press('Enter');
  await eventually(() => two.locator('.ProseMirror h1').innerText()).toContain('Plan');
  // Without its styles, a browser would write a no-break space for the one that is typed.
  await two.keyboard.press('Control+End');
  await two.keyboard.type('- first point');
  await eventually(() => one.locator('.ProseMirror [role=listitem]').innerText())
    .toContain('first point');
  await eventually(() => two.locator('#status').innerText()).toBe('saved');
  await one.click('#toolbar [aria-label^="Bold"]');
  await eventually(() => one.locator('edgepad-viewer [part=document]').innerText())
    .toContain('first point');
  const { stdout } = await run(process.execPath, ['read.mjs'], {
    cwd: folder,
    env: { ...process.env, EDGEPAD_KEY: keys.edit },
  }).catch(({ stderr }) => ({ stdout: String(stderr) }));
  expect(stdout).toContain('Plan');
  expect(faults).toEqual([]);
});
