import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { FrameLocator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { faultsOf } from '../../support/browser/browser.ts';
import { ClosedService, type MadeDocument } from '../../support/servers/closed-service.ts';
import { HostSite, openStrictBrowser } from '../../support/servers/host-site.ts';
import { eventually } from '../../support/browser/page.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Said {
  readonly type: string;
  readonly height?: number;
  readonly state?: string;
  readonly code?: string;
  readonly mode?: string;
}

let browser: Awaited<ReturnType<typeof openStrictBrowser>>;
let site: HostSite;
let stranger: HostSite;
let service: ClosedService;
beforeAll(async () => {
  [browser, site, stranger] = await Promise.all([
    openStrictBrowser(),
    HostSite.start(),
    HostSite.start(),
  ]);
  service = await ClosedService.start('cloudflare', { EDGEPAD_ORIGINS: site.url });
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await Promise.all([site?.stop(), stranger?.stop(), service?.stop()]);
});
afterEach(async () => {
  for (const page of browser.context.pages()) await page.close();
});

/** The one line that puts a document into a page. */
const line = (name: string, attributes: string) =>
  `<script async src="${service.url}/embed.js" data-doc="${name}" ${attributes}></script>`;

async function open(address: string): Promise<{ page: Page; faults: string[] }> {
  const page = await browser.context.newPage();
  page.setDefaultTimeout(15_000);
  const faults = faultsOf(page);
  await page.goto(address);
  return { page, faults };
}

const said = (page: Page) => page.evaluate(() => (window as unknown as { said: Said[] }).said);
const typesSaid = async (page: Page) => (await said(page)).map(({ type }) => type);
const statesSaid = async (page: Page) =>
  (await said(page)).flatMap(({ state }) => state === undefined ? [] : [state]);
const frameOf = (page: Page): FrameLocator => page.frameLocator('iframe');
const heightOf = (page: Page) =>
  page.evaluate(() => document.querySelector('iframe')?.clientHeight ?? 0);
const textOf = (made: MadeDocument) =>
  service.fetch(`/docs/${made.name}.txt`, made.keys.own, {
    headers: { 'cache-control': 'no-cache' },
  }).then((answer) => answer.text());

/** Types into the frame as its reader would. */
async function write(page: Page, text: string): Promise<void> {
  await frameOf(page).locator('.ProseMirror[contenteditable=true]').click();
  await page.keyboard.type(text);
}

describe('F1 an editor in the frame of another site', () => {
  test('works without storage, tells what becomes of it, and is as high as its text', async () => {
    const made = await service.make();
    const address = site.page(line(made.name, `data-key="${made.keys.edit}" data-mode="edit"`));
    const { page, faults } = await open(address);
    await eventually(() => typesSaid(page)).toContain('ready');
    const frame = page.frames()[1];
    const storage = await frame?.evaluate(() => {
      try {
        return localStorage.length;
      } catch (error) {
        return (error as Error).name;
      }
    });
    expect(storage).toBe('SecurityError');

    const before = await heightOf(page);
    await write(page, 'High water at four');
    await eventually(() => typesSaid(page)).toContain('saved');
    await eventually(() => textOf(made)).toContain('High water at four');
    expect(await typesSaid(page)).toContain('change');

    for (let i = 0; i < 9; i++) await page.keyboard.press('Enter');
    await eventually(() => heightOf(page)).toBeGreaterThan(before);
    const lastHeight = async () =>
      (await said(page)).filter(({ type }) => type === 'resize').at(-1)?.height;
    await eventually(async () => await heightOf(page) === await lastHeight()).toBe(true);
    for (let i = 0; i < 40; i++) await page.keyboard.press('Enter');
    await eventually(lastHeight).toBeGreaterThan(640);
    expect(await heightOf(page)).toBe(640);
    expect(faults).toEqual([]);
  });

  test('is reached and left by keyboard, also out of a list', async () => {
    const made = await service.make();
    const { page, faults } = await open(site.page(
      `<button id="before">Before</button>
      ${line(made.name, `data-key="${made.keys.edit}" data-loading="eager"`)}
      <button id="after">After</button>`,
    ));
    await eventually(() => typesSaid(page)).toContain('ready');
    await page.focus('#before');
    const isInText = () =>
      frameOf(page).locator(':root').evaluate(() =>
        document.activeElement?.classList.contains('ProseMirror') ?? false
      );
    for (let i = 0; i < 12 && !await isInText(); i++) await page.keyboard.press('Tab');
    expect(await isInText()).toBe(true);
    await page.keyboard.type('- one');
    // In a list Tab moves the line; after Escape it leaves.
    await page.keyboard.press('Escape');
    const focused = () => page.evaluate(() => document.activeElement?.id);
    for (let i = 0; i < 6 && await focused() !== 'after'; i++) await page.keyboard.press('Tab');
    expect(await focused()).toBe('after');
    for (let i = 0; i < 20 && await focused() !== 'before'; i++) {
      if (await isInText()) await page.keyboard.press('Escape');
      await page.keyboard.press('Shift+Tab');
    }
    expect(await focused()).toBe('before');
    expect(faults).toEqual([]);
  });

  test('[U2] axe finds nothing wrong in it, nor in the one for reading, light and dark', async () => {
    const made = await service.make();
    for (const theme of ['light', 'dark']) {
      for (const mode of ['edit', 'view']) {
        const { page } = await open(site.page(
          line(made.name, `data-key="${made.keys.edit}" data-mode="${mode}" data-theme="${theme}"`),
        ));
        await eventually(() => typesSaid(page)).toContain('ready');
        if (mode === 'edit') {
          await frameOf(page).locator('#toolbar button').first().waitFor();
          await write(page, 'Words ');
          await frameOf(page).locator('#people:not([disabled])').click();
        }
        const frame = page.frames()[1];
        await frame?.evaluate(axe);
        const wrong = await frame?.evaluate(async () => {
          type Found = { violations: { id: string; nodes: { target: unknown[] }[] }[] };
          const { axe } = globalThis as unknown as { axe: { run(): Promise<Found> } };
          return (await axe.run()).violations.flatMap(({ id, nodes }) =>
            nodes.map(({ target }) => `${id}: ${target.join(' ')}`)
          );
        });
        expect(wrong, `${mode}, ${theme}`).toEqual([]);
      }
    }
  });

  test('several stand on one page, each with its own element and events', async () => {
    const [one, two] = [await service.make(), await service.make()];
    const { page, faults } = await open(site.page(
      line(one.name, `data-key="${one.keys.edit}" data-id="one" data-loading="eager"`) +
        line(two.name, `data-key="${two.keys.view}" data-id="two" data-mode="view"`),
    ));
    await eventually(async () => (await said(page)).map(({ mode }) => mode)).toContain('edit');
    await page.frameLocator('#one iframe').locator('.ProseMirror[contenteditable=true]').click();
    await page.keyboard.type('First');
    await eventually(() => textOf(one)).toContain('First');
    expect(await page.frameLocator('#two iframe').locator('.ProseMirror').count()).toBe(0);
    expect(faults).toEqual([]);
  });

  test('is not loaded before it is near, and goes without losing what was just typed', async () => {
    const made = await service.make();
    const { page, faults } = await open(site.page(
      `<div style="height: 4000px"></div>${line(made.name, `data-key="${made.keys.edit}"`)}`,
    ));
    await page.waitForSelector('edgepad-frame', { state: 'attached' });
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
    expect(await page.locator('iframe').count()).toBe(0);
    await page.evaluate(() => scrollTo(0, 4000));
    await eventually(() => typesSaid(page)).toContain('ready');
    await write(page, 'Last words');
    await page.evaluate(() =>
      (document.querySelector('edgepad-frame') as unknown as { destroy(): Promise<void> }).destroy()
    );
    expect(await page.locator('iframe').count()).toBe(0);
    await eventually(() => textOf(made)).toContain('Last words');
    expect(faults).toEqual([]);
  });
});

describe('F1 an embed whose document is deleted (close code 4410)', () => {
  const deleteDocument = async (made: MadeDocument) => {
    const answer = await service.fetch(`/docs/${made.name}`, made.keys.own, { method: 'DELETE' });
    expect(answer.status).toBe(204);
  };

  test('[P7] offers the whole text after everything was saved', async () => {
    const made = await service.make();
    const { page, faults } = await open(site.page(line(made.name, `data-key="${made.keys.edit}"`)));
    await write(page, 'High water at four');
    await eventually(() => textOf(made)).toContain('High water at four');
    await eventually(async () => (await statesSaid(page)).at(-1)).toBe('saved');
    await deleteDocument(made);
    const panel = frameOf(page).locator('.recovery[data-kind=unsaved]');
    await eventually(() => panel.innerText()).toContain('High water at four');
    expect(await panel.getByRole('status').innerText()).toContain('the last you can see');
    await panel.getByRole('button', { name: 'Copy text' }).waitFor();
    // An embed creates no documents.
    expect(await panel.getByRole('button', { name: 'Save as a new document' }).count()).toBe(0);
    expect(faults).toEqual([]);
  });

  test('[P7] offers the unsaved text after the connection dropped it', async () => {
    const made = await service.make();
    const page = await browser.context.newPage();
    let isHeld = false;
    await page.routeWebSocket(/\/docs\//, (socket) => {
      const server = socket.connectToServer();
      socket.onMessage((message) => {
        if (!isHeld) server.send(message);
      });
    });
    await page.goto(site.page(line(made.name, `data-key="${made.keys.edit}"`)));
    await write(page, 'High water');
    await eventually(() => textOf(made)).toContain('High water');
    await eventually(async () => (await statesSaid(page)).at(-1)).toBe('saved');
    isHeld = true;
    await page.keyboard.type(' at four');
    await eventually(async () => (await statesSaid(page)).at(-1)).toBe('saving');
    await deleteDocument(made);
    const panel = frameOf(page).locator('.recovery[data-kind=unsaved]');
    await eventually(() => panel.innerText()).toContain('High water at four');
    expect(await panel.getByRole('status').innerText()).toContain('Not everything');
  });
});

describe('F2 tokens of the site around', () => {
  test('come through the port, are refreshed there, and lower the role at once', async () => {
    const made = await service.make();
    const roles = ['edit'];
    site.token = () => service.token(made.name, roles[0] ?? 'edit', { sub: 'u-1', name: 'Zoë' });
    const { page, faults } = await open(site.page(
      line(made.name, 'data-token-url="/token" data-theme="dark"'),
    ));
    await eventually(() => typesSaid(page)).toContain('ready');
    expect(await frameOf(page).locator(':root').getAttribute('data-theme')).toBe('dark');
    await write(page, 'By Zoë');
    await eventually(() => typesSaid(page)).toContain('saved');

    const hand = (token: string) =>
      page.evaluate(
        (token) =>
          (document.querySelector('edgepad-frame') as unknown as { setToken(token: string): void })
            .setToken(token),
        token,
      );
    await hand(service.token(made.name, 'edit', { sub: 'u-1', name: 'Zoë', jti: 'second' }));
    // The living connection has the second token: withdrawing the first by its time ends nothing.
    await write(page, ' again');
    await eventually(() => textOf(made)).toContain('again');
    expect((await said(page)).some(({ state }) => state === 'offline')).toBe(false);

    roles[0] = 'view';
    await hand(site.token());
    await eventually(async () => (await said(page)).filter(({ mode }) => mode === 'view').length)
      .toBe(1);
    await eventually(() => frameOf(page).locator('#document').innerText()).toContain('By Zoë');
    expect(await frameOf(page).locator('.ProseMirror').count()).toBe(0);

    await hand(service.token(made.name, 'edit', { sub: 'u-1', name: 'Zoë' }));
    await frameOf(page).locator('.ProseMirror[contenteditable=true]').waitFor();
    expect(faults).toEqual([]);
  });

  test('that let one only read make the editor a reader from the first', async () => {
    const made = await service.make();
    const writer = await open(made.links.edit);
    await writer.page.locator('.ProseMirror[contenteditable=true]').click();
    await writer.page.keyboard.type('Ebb');
    await eventually(() => textOf(made)).toContain('Ebb');
    site.token = () => service.token(made.name, 'view');
    for (const credential of ['data-token-url="/token"', `data-key="${made.keys.view}"`]) {
      const { page, faults } = await open(site.page(line(made.name, credential)));
      await eventually(() => frameOf(page).locator('#document').innerText()).toContain('Ebb');
      expect((await said(page)).map(({ mode }) => mode).filter(Boolean)).toEqual(['view']);
      expect(await typesSaid(page)).not.toContain('error');
      expect(faults).toEqual([]);
    }
  });

  test('are fetched again when one has ended', async () => {
    const made = await service.make();
    const given: string[] = [];
    site.token = () => {
      const now = Math.floor(Date.now() / 1000);
      // The first ends in a moment, leeway counted: the service closes the connection by then.
      const life = given.length === 0 ? { iat: now - 100, exp: now - 57 } : {};
      given.push(service.token(made.name, 'edit', { jti: String(given.length), ...life }));
      return given.at(-1) ?? '';
    };
    const { page, faults } = await open(site.page(line(made.name, 'data-token-url="/token"')));
    await eventually(() => given.length).toBeGreaterThan(1);
    await write(page, 'Still here');
    await eventually(() => textOf(made)).toContain('Still here');
    expect(faults).toEqual([]);
  });

  test('open nothing where they are bound to another origin', async () => {
    const made = await service.make();
    site.token = () => service.token(made.name, 'edit', { origin: 'https://other.example' });
    for (const mode of ['edit', 'view']) {
      const { page } = await open(site.page(
        line(made.name, `data-token-url="/token" data-mode="${mode}"`),
      ));
      await eventually(async () => (await said(page)).map(({ code }) => code))
        .toContain('foreign-origin');
      expect(await typesSaid(page)).not.toContain('ready');
    }
    site.token = () => service.token(made.name, 'edit', { origin: site.url });
    const { page } = await open(site.page(line(made.name, 'data-token-url="/token"')));
    await eventually(() => typesSaid(page)).toContain('ready');
  });
});

describe('F3 the frame of a site that is not listed', () => {
  test('is refused, and a link takes its place', async () => {
    const made = await service.make();
    const { page } = await open(stranger.page(line(made.name, `data-key="${made.keys.edit}"`)));
    const link = page.locator('edgepad-frame a');
    await link.waitFor();
    expect(await link.getAttribute('href')).toBe(made.links.edit);
    expect((await said(page)).map(({ code }) => code)).toEqual(['no-frame']);
    expect(await page.locator('iframe').isVisible()).toBe(false);
  });

  test('hears and says nothing, even where a browser would show it', async () => {
    const made = await service.make();
    const { page } = await open(stranger.page('<p>Nothing yet</p>'));
    await page.route(/\/embed\//, async (route) => {
      const response = await route.fetch();
      const headers = { ...response.headers() };
      delete headers['content-security-policy'];
      await route.fulfill({ response, headers });
    });
    const token = service.token(made.name, 'edit');
    await page.evaluate(([server, name]) => {
      const heard: unknown[] = [];
      Object.assign(window, { heard });
      addEventListener('message', ({ data }) => heard.push(data));
      const frame = document.createElement('iframe');
      frame.src = `${server}/embed/${name}#host`;
      document.body.append(frame);
    }, [service.url, made.name]);
    const frame = page.frameLocator('iframe');
    // Without a credential from anybody it says that it has none: it has stopped waiting for one.
    await page.waitForFunction(() => document.querySelector('iframe') !== null);
    await frame.locator('#paper').waitFor({ state: 'attached' });
    await page.evaluate(([server, token]) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => (window as unknown as { heard: unknown[] }).heard.push(data);
      const target = document.querySelector('iframe')?.contentWindow;
      target?.postMessage({ type: 'edgepad:init', v: 1, token }, server ?? '', [port2]);
    }, [service.url, token]);
    await frame.locator('#notice h2').waitFor();
    expect(await frame.locator('.ProseMirror').count()).toBe(0);
    expect(await page.evaluate(() => (window as unknown as { heard: unknown[] }).heard)).toEqual(
      [],
    );
  });

  test('gives way to a link where nobody answers at all', async () => {
    const gone = await HostSite.start();
    const { url } = gone;
    await gone.stop();
    const { page } = await open(site.page(
      `<edgepad-frame server="${url}" doc="notes" mode="view" key="k" label="Notes"></edgepad-frame>
      <script async src="${service.url}/embed.js"></script>`,
    ));
    const link = page.locator('edgepad-frame a');
    await link.waitFor();
    expect(await link.textContent()).toBe('Open Notes in a new tab');
    expect(await link.getAttribute('href')).toBe(`${url}/v/notes?key=k`);
  });
});

describe('F8 a site that one document alone lets in', () => {
  test('shows that one, talks to it, and shows no other, until its owner says otherwise', async () => {
    const [made, other] = [await service.make(), await service.make()];
    const owner = await open(made.links.own);
    await owner.page.locator('#status[data-state=saved]').waitFor({ state: 'attached' });
    await owner.page.click('#share');
    const share = owner.page.getByRole('dialog', { name: 'Share' });
    await share.getByText('Embedding').click();
    const sites = share.getByLabel('Allowed sites, one per line');
    const save = async (text: string) => {
      await eventually(() => sites.isEditable()).toBe(true);
      await sites.fill(text);
      await share.getByRole('button', { name: 'Save sites' }).click();
    };
    await save('any site');
    await eventually(() => share.getByRole('alert').allInnerTexts())
      .toContainEqual(expect.stringContaining('“any site” is not the address of a site'));
    await save(`${stranger.url}/blog/`);
    await share.getByText('Saved.').waitFor();
    expect(await sites.inputValue()).toBe(stranger.url);

    stranger.token = () => service.token(made.name, 'edit', { origin: stranger.url });
    const address = stranger.page(
      line(made.name, 'data-token-url="/token" data-id="made" data-loading="eager"') +
        line(other.name, `data-key="${other.keys.edit}" data-id="other" data-loading="eager"`),
    );
    const { page } = await open(address);
    const editable = page.frameLocator('#made iframe').locator(
      '.ProseMirror[contenteditable=true]',
    );
    await editable.click();
    await page.keyboard.type('From a site of its own');
    await eventually(() => typesSaid(page)).toContain('saved');
    await eventually(() => textOf(made)).toContain('From a site of its own');
    await page.locator('#other a').waitFor();
    expect(await page.locator('#made a').count()).toBe(0);

    // What its owner has taken off the list is refused when it comes anew.
    await save('');
    await share.getByText('Saved.').waitFor();
    await page.goto(address);
    await page.locator('#made a').waitFor();
    expect(await typesSaid(page)).not.toContain('ready');
    expect(owner.faults).toEqual([]);
  });
});

describe('F5 who asks how to show an address', () => {
  const ask = (url: string, more = '', credential: string | null = null) =>
    service.fetch(`/oembed?url=${encodeURIComponent(url)}${more}`, credential);

  test('gets a frame for reading, with the key of the address, as the pages tell', async () => {
    const made = await service.make();
    const writer = await open(made.links.edit);
    await writer.page.fill('#title', 'Tides & <moons>');
    await eventually(() => textOf(made)).toContain('Tides');
    const page = await (await service.fetch(new URL(made.links.view).pathname, made.keys.view))
      .text();
    expect(page).toContain('<meta property="og:title" content="Tides &amp; &lt;moons&gt;">');
    await writer.page.goto(made.links.view);
    const discovered = await writer.page
      .locator('link[type="application/json+oembed"]').getAttribute('href') ?? '';
    const answer = await service.fetch(discovered.slice(service.url.length), null);
    expect(answer.headers.get('content-type')).toContain('application/json');
    expect(await answer.json()).toMatchObject({
      version: '1.0',
      type: 'rich',
      title: 'Tides & <moons>',
      width: 720,
      height: 480,
      html: expect.stringContaining(
        `<iframe src="${
          made.links.embed.replaceAll('&', '&amp;')
        }" title="Tides &amp; &lt;moons&gt;"`,
      ),
    });
    const small = await ask(made.links.view, '&maxwidth=300&maxheight=200');
    expect(await small.json()).toMatchObject({ width: 300, height: 200 });
  });

  test('is told nothing of what they may not see', async () => {
    const made = await service.make();
    const status = async (url: string, more = '', credential: string | null = null) => {
      const answer = await ask(url, more, credential);
      if (!answer.ok) {
        expect(answer.headers.get('content-type')).toBe('application/problem+json');
      }
      return answer.status;
    };
    expect(await status(`${service.url}/v/${made.name}`)).toBe(401);
    expect(await status(`${service.url}/v/${made.name}?key=${'x'.repeat(22)}`)).toBe(404);
    expect(await status(`${service.url}/v/${made.name}`, '', made.keys.view)).toBe(200);
    expect(await status('https://elsewhere.example/v/notes')).toBe(404);
    expect(await status(`${service.url}/docs/${made.name}`)).toBe(404);
    expect(await status(made.links.view, '&format=xml')).toBe(501);
    expect(await status(made.links.view, '&maxwidth=-1')).toBe(400);
    expect((await service.fetch('/oembed', null)).status).toBe(400);
  });
});

describe('F4 a document for reading in the frame of another site', () => {
  test('stands there by a plain frame, follows what is written, and needs no script of ours', async () => {
    const made = await service.make();
    const writer = await open(made.links.edit);
    await writer.page.locator('.ProseMirror[contenteditable=true]').click();
    await writer.page.keyboard.type('Ebb');
    await eventually(() => textOf(made)).toContain('Ebb');
    const { page, faults } = await open(site.page(`<iframe src="${made.links.embed}"></iframe>`));
    const text = () => frameOf(page).locator('#document').innerText();
    await eventually(text).toContain('Ebb');
    await writer.page.keyboard.type(' and flow');
    await eventually(text).toContain('Ebb and flow');
    expect(faults).toEqual([]);
  });

  test('says in words that there is nothing for this reader', async () => {
    const made = await service.make();
    const { page, faults } = await open(site.page(
      line(made.name, `data-mode="view" data-key="${'x'.repeat(22)}"`),
    ));
    await eventually(async () => (await said(page)).map(({ code }) => code)).toContain('not-found');
    expect(await frameOf(page).locator('#missing').innerText()).toContain('nothing to read');
    expect(faults).toEqual([]);
  });
});
