import { build } from 'esbuild';
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { elementStyles } from '../../../scripts/element-styles.mjs';
import { faultsOf } from '../../support/browser/browser.ts';
import { ClosedService } from '../../support/servers/closed-service.ts';
import { HostSite, openStrictBrowser } from '../../support/servers/host-site.ts';
import { eventually } from '../../support/browser/page.ts';

let browser: Awaited<ReturnType<typeof openStrictBrowser>>;
let site: HostSite;
let service: ClosedService;
beforeAll(async () => {
  [browser, site] = await Promise.all([openStrictBrowser(), HostSite.start()]);
  for (const name of ['elements-define', 'viewer-define']) {
    const { outputFiles: [script] } = await build({
      entryPoints: [`web/package/${name}.ts`],
      bundle: true,
      format: 'esm',
      write: false,
      plugins: [elementStyles(process.cwd())],
    });
    site.script(name, script?.text ?? '');
  }
  site.script('vue', await readFile('node_modules/vue/dist/vue.esm-browser.prod.js', 'utf8'));
  service = await ClosedService.start('cloudflare', { EDGEPAD_ORIGINS: site.url });
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await Promise.all([site?.stop(), service?.stop()]);
});

async function open(body: string): Promise<{ page: Page; faults: string[] }> {
  const page = await browser.context.newPage();
  page.setDefaultTimeout(15_000);
  const faults = faultsOf(page);
  await page.goto(site.page(body));
  return { page, faults };
}

/** Opens the document page, as another client. */
async function openEditor(address: string): Promise<Page> {
  const page = await browser.context.newPage();
  await page.goto(address);
  await page.waitForSelector('.ProseMirror[contenteditable=true]');
  return page;
}

const eventTypes = (page: Page) =>
  page.evaluate(() => (window as unknown as { said: { type: string }[] }).said.map((s) => s.type));

describe('custom elements on another site', () => {
  test('[F6] the editor has its text in the page and its toolbar in the shadow root', async () => {
    const made = await service.make();
    const { page, faults } = await open(`
      <script type="module" src="/elements-define.js"></script>
      <edgepad-editor server="${service.url}" doc="${made.name}" token="${made.keys.edit}">
      </edgepad-editor>`);
    await eventually(() => eventTypes(page)).toContain('ready');
    const other = await openEditor(made.links.edit);
    await page.locator('edgepad-editor .ProseMirror').click();
    await page.keyboard.type('# Tides');
    await page.keyboard.press('Enter');
    await page.keyboard.type('Low');
    await eventually(() => other.locator('.ProseMirror').innerText()).toContain('Low');
    await other.locator('.ProseMirror p').click();
    await other.keyboard.press('End');
    await other.keyboard.type(' water');
    // Another client's edit arrives while the focus is in this text.
    await eventually(() => page.locator('.ProseMirror p').innerText()).toContain('Low water');
    expect(await eventTypes(page)).toContain('change');
    await page.locator('.link-bubble').waitFor({ state: 'hidden' });
    // The editable node is in no shadow root; the toolbar is.
    expect(await page.evaluate(() => document.querySelector('.ProseMirror') !== null)).toBe(true);
    await page.keyboard.press('Control+a');
    await page.locator('edgepad-editor').getByRole('button', { name: 'Bold' }).click();
    await eventually(() => page.locator('.ProseMirror p strong').innerText())
      .toContain('Low');
    await page.evaluate(() => {
      (document.querySelector('edgepad-editor') as unknown as { readOnly: boolean }).readOnly =
        true;
    });
    expect(await page.locator('edgepad-editor').getAttribute('readonly')).toBe('');
    expect(await page.locator('.ProseMirror').getAttribute('contenteditable')).toBe('false');
    await other.close();
    expect(faults).toEqual([]);
  });

  test('[F6] the editor can be removed and inserted again while it has the focus', async () => {
    const made = await service.make();
    const { page, faults } = await open(`
      <script type="module" src="/elements-define.js"></script>
      <edgepad-editor server="${service.url}" doc="${made.name}" token="${made.keys.edit}">
      </edgepad-editor>`);
    await page.locator('edgepad-editor .ProseMirror[contenteditable=true]').click();
    await page.keyboard.type('Still here');
    await page.evaluate(() => {
      const element = document.querySelector('edgepad-editor');
      element?.remove();
      setTimeout(() => element && document.body.append(element), 300);
    });
    await page.locator('edgepad-editor .ProseMirror[contenteditable=true]').waitFor();
    await eventually(() => page.locator('.ProseMirror').innerText()).toContain('Still here');
    expect(await page.locator('.ProseMirror').count()).toBe(1);
    expect(faults).toEqual([]);
  });

  test('[P7] the editor offers its text when the document is deleted', async () => {
    const made = await service.make();
    const { page, faults } = await open(`
      <script type="module" src="/elements-define.js"></script>
      <edgepad-editor server="${service.url}" doc="${made.name}" token="${made.keys.edit}">
      </edgepad-editor>`);
    await page.locator('edgepad-editor .ProseMirror[contenteditable=true]').click();
    await page.keyboard.type('High water');
    const state = () =>
      page.evaluate(() =>
        (document.querySelector('edgepad-editor') as unknown as { status: { state: string } })
          .status.state
      );
    await eventually(state).toBe('saved');
    await service.fetch(`/docs/${made.name}`, made.keys.own, { method: 'DELETE' });
    await page.locator('edgepad-editor').getByRole('button', { name: 'Download' }).waitFor();
    await eventually(() => page.locator('edgepad-editor blockquote').innerText())
      .toContain('High water');
    expect(faults).toEqual([]);
  });

  test('[F6] the viewer shows changes live, calls getToken, and follows its attributes', async () => {
    const [one, two] = [await service.make(), await service.make()];
    const writer = await openEditor(one.links.edit);
    await writer.locator('.ProseMirror').click();
    await writer.keyboard.type('Ebb');
    const { page, faults } = await open(`
      <script type="module" src="/viewer-define.js"></script>
      <style>edgepad-viewer { --edgepad-accent: rgb(1, 2, 3); }
        edgepad-viewer::part(document) { padding: 3px; }</style>
      <edgepad-viewer server="${service.url}"></edgepad-viewer>`);
    await page.waitForFunction(() => customElements.get('edgepad-viewer'));
    await page.evaluate(([name, token]) => {
      const viewer = document.querySelector('edgepad-viewer') as unknown as Record<string, unknown>;
      viewer.getToken = () => token;
      viewer.doc = name;
    }, [one.name, service.token(one.name, 'view')]);
    const text = () => page.locator('edgepad-viewer [part=document]').innerText();
    await eventually(text).toContain('Ebb');
    expect(await page.locator('edgepad-viewer').getAttribute('doc')).toBe(one.name);
    await writer.keyboard.type(' and flow');
    await eventually(text).toContain('Ebb and flow');
    expect(await eventTypes(page)).toEqual(expect.arrayContaining(['ready', 'change']));
    expect(
      await page.locator('edgepad-viewer [part=document]').evaluate((element) =>
        getComputedStyle(element).padding
      ),
    ).toBe('3px');
    await page.evaluate(([name, token]) => {
      const viewer = document.querySelector('edgepad-viewer') as unknown as Record<string, unknown>;
      viewer.getToken = null;
      viewer.token = token;
      viewer.doc = name;
    }, [two.name, two.keys.view]);
    await eventually(text).not.toContain('Ebb');
    await writer.close();
    // Only the browser reports that the first poll, without a credential, was rejected.
    expect(faults).toEqual([]);
  });

  test('[F6] work in Vue: created before they are defined, hidden, re-keyed, and with another document', async () => {
    const [one, two] = [await service.make(), await service.make()];
    const { page, faults } = await open(`
      <div id="app"></div>
      <script type="module">
        import { createApp, reactive } from '/vue.js';
        const state = window.state = reactive({
          server: '${service.url}', doc: undefined, key: undefined, credential: '', isShown: true, isRead: false,
          names: ['Ada', 'Bo'], ready: 0, status: '',
        });
        const app = window.app = createApp({
          setup: () => ({ state, getToken: () => state.credential }),
          template: \`
            <template v-if="state.isShown">
              <edgepad-editor v-for="name in names" :key="name + state.key" :server="state.server"
                :doc="state.doc" .getToken="getToken" :readonly="state.isRead"
                .user="{ name: state.names[names.indexOf(name)], color: '#b4371f' }"
                @ready="state.ready++" @statuschange="state.status = $event.target.status?.state">
              </edgepad-editor>
            </template>
            <edgepad-viewer :server="state.server" :doc="state.doc" :token="state.credential"></edgepad-viewer>\`,
          data: () => ({ names: ['first', 'second'] }),
        });
        app.config.compilerOptions.isCustomElement = (tag) => tag.startsWith('edgepad-');
        app.mount('#app');
        await import('/elements-define.js');
      </script>`);
    const set = (values: Record<string, unknown>) =>
      page.evaluate((values) => {
        Object.assign((window as unknown as { state: object }).state, values);
      }, values);
    const get = (name: string) =>
      page.evaluate(
        (name) => (window as unknown as { state: Record<string, unknown> }).state[name],
        name,
      );
    const first = page.locator('edgepad-editor .ProseMirror').first();
    const second = page.locator('edgepad-editor .ProseMirror').nth(1);
    const viewer = page.locator('edgepad-viewer [part=document]');
    const doc = () => page.locator('edgepad-editor').first().getAttribute('doc');

    await page.waitForFunction(() => customElements.get('edgepad-viewer'));
    expect(await doc()).toBeNull();
    await set({ doc: one.name, credential: one.keys.edit });
    await eventually(() => get('ready')).toBe(2);
    await first.click();
    await page.keyboard.type('Moon');
    await eventually(() => second.innerText()).toContain('Moon');
    await eventually(() => viewer.innerText()).toContain('Moon');
    await eventually(() => get('status')).toBe('saved');
    await eventually(() => second.locator('.remote-caret-name').innerText()).toBe('Ada');
    await set({ names: ['Ada Lovelace', 'Bo'] });
    await eventually(() => second.locator('.remote-caret-name').innerText()).toBe('Ada Lovelace');

    await set({ isRead: true });
    await eventually(() => first.getAttribute('contenteditable')).toBe('false');
    await set({ isRead: false, isShown: false });
    await eventually(() => page.locator('.ProseMirror').count()).toBe(0);
    await set({ isShown: true });
    await eventually(() => get('ready')).toBe(4);
    await set({ key: 'another' });
    await eventually(() => get('ready')).toBe(6);
    expect(await page.locator('.ProseMirror').count()).toBe(2);
    await first.click();
    await page.keyboard.press('End');
    await page.keyboard.type(' and stars');
    await eventually(() => second.innerText()).toContain('Moon and stars');

    await set({ doc: two.name, credential: two.keys.edit });
    await eventually(() => get('ready')).toBe(8);
    await eventually(() => viewer.innerText()).toBe('');
    await first.click();
    await page.keyboard.type('Sun');
    await eventually(() => viewer.innerText()).toContain('Sun');
    expect(await second.innerText()).not.toContain('Moon');
    await set({ doc: undefined });
    await eventually(() => page.locator('.ProseMirror').count()).toBe(0);
    expect(await doc()).toBeNull();
    await page.evaluate(() => (window as unknown as { app: { unmount(): void } }).app.unmount());
    expect(await page.locator('edgepad-viewer, edgepad-editor').count()).toBe(0);
    expect(faults).toEqual([]);
  });
});
