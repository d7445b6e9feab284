import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { HostSite } from '../../support/servers/host-site.ts';
import { eventually } from '../../support/browser/page.ts';
import { embedFrame, EmbedWorld, messagesOf, messageTypes, typeInEmbed } from './embed-world.ts';

let world: EmbedWorld;
beforeAll(async () => {
  world = await EmbedWorld.start();
}, 120_000);
afterAll(() => world?.stop());
afterEach(() => world.closePages());

describe('a token from the parent', () => {
  test('[F2] arrives over the port, is replaced on the open connection, and changes the role immediately', async () => {
    const made = await world.service.make();
    const roles = ['edit'];
    world.site.token = () =>
      world.service.token(made.name, roles[0] ?? 'edit', { sub: 'u-1', name: 'Zoë' });
    const { page, faults } = await world.open(world.site.page(
      world.embedTag(made.name, 'data-token-url="/token" data-theme="dark"'),
    ));
    await eventually(() => messageTypes(page)).toContain('ready');
    expect(await embedFrame(page).locator(':root').getAttribute('data-theme')).toBe('dark');
    await typeInEmbed(page, 'By Zoë');
    await eventually(() => messageTypes(page)).toContain('saved');

    const setToken = (token: string) =>
      page.evaluate(
        (token) =>
          (document.querySelector('edgepad-frame') as unknown as { setToken(token: string): void })
            .setToken(token),
        token,
      );
    await setToken(
      world.service.token(made.name, 'edit', { sub: 'u-1', name: 'Zoë', jti: 'second' }),
    );
    // The open connection has the second token, so it stays open when the first expires.
    await typeInEmbed(page, ' again');
    await eventually(() => world.textOf(made)).toContain('again');
    expect((await messagesOf(page)).some(({ state }) => state === 'offline')).toBe(false);

    roles[0] = 'view';
    await setToken(world.site.token());
    await eventually(async () =>
      (await messagesOf(page)).filter(({ mode }) => mode === 'view').length
    )
      .toBe(1);
    await eventually(() => embedFrame(page).locator('#document').innerText()).toContain('By Zoë');
    expect(await embedFrame(page).locator('.ProseMirror').count()).toBe(0);

    await setToken(world.service.token(made.name, 'edit', { sub: 'u-1', name: 'Zoë' }));
    await embedFrame(page).locator('.ProseMirror[contenteditable=true]').waitFor();
    expect(faults).toEqual([]);
  });

  test('[F2] turns the editor into a reader when it permits only reading', async () => {
    const made = await world.service.make();
    const writer = await world.open(made.links.edit);
    await writer.page.locator('.ProseMirror[contenteditable=true]').click();
    await writer.page.keyboard.type('Ebb');
    await eventually(() => world.textOf(made)).toContain('Ebb');
    world.site.token = () => world.service.token(made.name, 'view');
    for (const credential of ['data-token-url="/token"', `data-key="${made.keys.view}"`]) {
      const { page, faults } = await world.open(
        world.site.page(world.embedTag(made.name, credential)),
      );
      await eventually(() => embedFrame(page).locator('#document').innerText()).toContain('Ebb');
      expect((await messagesOf(page)).map(({ mode }) => mode).filter(Boolean)).toEqual(['view']);
      expect(await messageTypes(page)).not.toContain('error');
      expect(faults).toEqual([]);
    }
  });

  test('[F2] is fetched again after it expires', async () => {
    const made = await world.service.make();
    const tokens: string[] = [];
    world.site.token = () => {
      const now = Math.floor(Date.now() / 1000);
      // The first expires within seconds, leeway included; the service then closes the connection.
      const times = tokens.length === 0 ? { iat: now - 100, exp: now - 57 } : {};
      tokens.push(world.service.token(made.name, 'edit', { jti: String(tokens.length), ...times }));
      return tokens.at(-1) ?? '';
    };
    const { page, faults } = await world.open(
      world.site.page(world.embedTag(made.name, 'data-token-url="/token"')),
    );
    await eventually(() => tokens.length).toBeGreaterThan(1);
    await typeInEmbed(page, 'Still here');
    await eventually(() => world.textOf(made)).toContain('Still here');
    expect(faults).toEqual([]);
  });

  test('[F2] opens nothing when it is bound to another origin', async () => {
    const made = await world.service.make();
    world.site.token = () =>
      world.service.token(made.name, 'edit', { origin: 'https://other.example' });
    for (const mode of ['edit', 'view']) {
      const { page } = await world.open(world.site.page(
        world.embedTag(made.name, `data-token-url="/token" data-mode="${mode}"`),
      ));
      await eventually(async () => (await messagesOf(page)).map(({ code }) => code))
        .toContain('foreign-origin');
      expect(await messageTypes(page)).not.toContain('ready');
    }
    world.site.token = () => world.service.token(made.name, 'edit', { origin: world.site.url });
    const { page } = await world.open(
      world.site.page(world.embedTag(made.name, 'data-token-url="/token"')),
    );
    await eventually(() => messageTypes(page)).toContain('ready');
  });
});

describe('an embed on a site that is not listed', () => {
  test('[F3] is blocked, and a link replaces it', async () => {
    const made = await world.service.make();
    const { page } = await world.open(
      world.unlistedSite.page(world.embedTag(made.name, `data-key="${made.keys.edit}"`)),
    );
    const link = page.locator('edgepad-frame a');
    await link.waitFor();
    expect(await link.getAttribute('href')).toBe(made.links.edit);
    expect((await messagesOf(page)).map(({ code }) => code)).toEqual(['no-frame']);
    expect(await page.locator('iframe').isVisible()).toBe(false);
  });

  test('[F3] sends and accepts no messages, even if the browser shows it', async () => {
    const made = await world.service.make();
    const { page } = await world.open(world.unlistedSite.page('<p>Nothing yet</p>'));
    await page.route(/\/embed\//, async (route) => {
      const response = await route.fetch();
      const headers = { ...response.headers() };
      delete headers['content-security-policy'];
      await route.fulfill({ response, headers });
    });
    const token = world.service.token(made.name, 'edit');
    await page.evaluate(([server, name]) => {
      const received: unknown[] = [];
      Object.assign(window, { received });
      addEventListener('message', ({ data }) => received.push(data));
      const frame = document.createElement('iframe');
      frame.src = `${server}/embed/${name}#host`;
      document.body.append(frame);
    }, [world.service.url, made.name]);
    const frame = page.frameLocator('iframe');
    // Without a credential it shows an error: it no longer waits for one.
    await page.waitForFunction(() => document.querySelector('iframe') !== null);
    await frame.locator('#paper').waitFor({ state: 'attached' });
    await page.evaluate(([server, token]) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) =>
        (window as unknown as { received: unknown[] }).received.push(data);
      const target = document.querySelector('iframe')?.contentWindow;
      target?.postMessage({ type: 'edgepad:init', v: 1, token }, server ?? '', [port2]);
    }, [world.service.url, token]);
    await frame.locator('#notice h2').waitFor();
    expect(await frame.locator('.ProseMirror').count()).toBe(0);
    expect(await page.evaluate(() => (window as unknown as { received: unknown[] }).received))
      .toEqual(
        [],
      );
  });

  test('[F3] a link replaces it when the service does not answer', async () => {
    const gone = await HostSite.start();
    const { url } = gone;
    await gone.stop();
    const { page } = await world.open(world.site.page(
      `<edgepad-frame server="${url}" doc="notes" mode="view" key="k" label="Notes"></edgepad-frame>
      <script async src="${world.service.url}/embed.js"></script>`,
    ));
    const link = page.locator('edgepad-frame a');
    await link.waitFor();
    expect(await link.textContent()).toBe('Open Notes in a new tab');
    expect(await link.getAttribute('href')).toBe(`${url}/v/notes?key=k`);
  });
});

describe('a site on the list of one document', () => {
  test('[F8] can embed that document only, until its owner removes the site', async () => {
    const [made, other] = [await world.service.make(), await world.service.make()];
    const owner = await world.open(made.links.own);
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
    await save(`${world.unlistedSite.url}/blog/`);
    await share.getByText('Saved.').waitFor();
    expect(await sites.inputValue()).toBe(world.unlistedSite.url);

    world.unlistedSite.token = () =>
      world.service.token(made.name, 'edit', { origin: world.unlistedSite.url });
    const address = world.unlistedSite.page(
      world.embedTag(made.name, 'data-token-url="/token" data-id="made" data-loading="eager"') +
        world.embedTag(
          other.name,
          `data-key="${other.keys.edit}" data-id="other" data-loading="eager"`,
        ),
    );
    const { page } = await world.open(address);
    const editable = page.frameLocator('#made iframe').locator(
      '.ProseMirror[contenteditable=true]',
    );
    await editable.click();
    await page.keyboard.type('From a site of its own');
    await eventually(() => messageTypes(page)).toContain('saved');
    await eventually(() => world.textOf(made)).toContain('From a site of its own');
    await page.locator('#other a').waitFor();
    expect(await page.locator('#made a').count()).toBe(0);

    // A removed site is blocked when the page loads again.
    await save('');
    await share.getByText('Saved.').waitFor();
    await page.goto(address);
    await page.locator('#made a').waitFor();
    expect(await messageTypes(page)).not.toContain('ready');
    expect(owner.faults).toEqual([]);
  });
});
