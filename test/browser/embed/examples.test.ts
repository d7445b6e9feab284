import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { faultsOf } from '../../support/browser/browser.ts';
import { openStrictBrowser } from '../../support/servers/host-site.ts';
import { eventually } from '../../support/browser/page.ts';
import { testConfiguration } from '../../support/servers/wrangler-config.ts';

let browser: Awaited<ReturnType<typeof openStrictBrowser>>;
let running: ChildProcess | null = null;
beforeAll(async () => {
  browser = await openStrictBrowser();
});
afterAll(() => browser?.close());
afterEach(async () => {
  const example = running;
  running = null;
  if (!example || example.exitCode !== null || example.signalCode !== null) return;
  example.kill('SIGTERM');
  await once(example, 'exit');
});

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return String(port);
}

/** Starts an example and returns the URL of its site. */
async function start(name: string, pad?: string): Promise<string> {
  const env = {
    ...process.env,
    PAD_PORT: pad ?? await freePort(),
    SITE_PORT: await freePort(),
    PAD_CONFIG: testConfiguration(),
  };
  const example = spawn(process.execPath, ['examples/start.mjs', name], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running = example;
  let log = '';
  for await (const data of example.stdout) {
    log += data;
    const ready = /Open (http:\S+)/.exec(log);
    if (ready?.[1]) return ready[1];
  }
  throw new Error(`The example exited: ${log}`);
}

async function open(address: string): Promise<{ page: Page; faults: string[] }> {
  const page = await browser.context.newPage();
  page.setDefaultTimeout(20_000);
  const faults = faultsOf(page);
  await page.goto(address);
  return { page, faults };
}

/** Whether something listens on a port of this machine. */
async function isInUse(port: string): Promise<boolean> {
  const socket = connect(Number(port), '127.0.0.1');
  // Rejects with the error of the socket.
  const isOpen = await once(socket, 'connect').then(() => true, () => false);
  socket.destroy();
  return isOpen;
}

describe('the examples', () => {
  test('[F7] a taken port is named, and the exit code is 1', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const PAD_PORT = String((server.address() as AddressInfo).port);
    const example = spawn(process.execPath, ['examples/start.mjs', 'static-page'], {
      env: { ...process.env, PAD_PORT, SITE_PORT: await freePort() },
    });
    let errors = '';
    example.stderr.on('data', (data) => errors += data);
    const [code] = await once(example, 'close');
    server.close();
    expect([code, errors]).toEqual([
      1,
      `Cannot start the example: port ${PAD_PORT} is in use. Set PAD_PORT to a free port.\n`,
    ]);
  });

  test('[F7] a killed example leaves no service behind', async () => {
    const pad = await freePort();
    await start('static-page', pad);
    expect(await isInUse(pad)).toBe(true);
    running?.kill('SIGKILL');
    await eventually(() => isInUse(pad)).toBe(false);
    // The next example on this port would remove it.
    await rm(join(tmpdir(), `edgepad-example-${pad}`), { recursive: true, force: true });
  });

  test("[F7] site-with-tokens: the site's users edit or read, as their roles permit", async () => {
    const { page, faults } = await open(await start('site-with-tokens'));
    await page.click('text=Zoë (edits)');
    const frame = page.frameLocator('iframe');
    await frame.locator('.ProseMirror[contenteditable=true]').click();
    await page.keyboard.type('Present: everybody');
    await eventually(() => frame.locator('#status').getAttribute('data-state')).toBe('saved');
    await frame.locator('#people').click();
    expect(await frame.locator('#people-list').innerText()).toContain('Zoë Ōta');

    await page.context().clearCookies();
    await page.reload();
    await page.click('text=Ben (reads)');
    await eventually(() => frame.locator('#document').innerText()).toContain('Present: everybody');
    expect(await frame.locator('.ProseMirror').count()).toBe(0);
    expect(faults).toEqual([]);
  });

  test('[F7] static-page: two readers show what is typed in the editor', async () => {
    const { page, faults } = await open(await start('static-page'));
    await page.frameLocator('iframe[title="Our text"]')
      .locator('.ProseMirror[contenteditable=true]').click();
    await page.keyboard.type('Written once');
    for (const title of ['Our text, to read', 'Our text, in a plain iframe']) {
      await page.locator(`edgepad-frame, iframe[title="${title}"]`).last().scrollIntoViewIfNeeded();
      const frame = page.frameLocator(`iframe[title="${title}"]`);
      await eventually(() => frame.locator('#document').innerText()).toContain('Written once');
    }
    expect(faults).toEqual([]);
  });

  // The first start installs the packages of these examples, which needs a network.
  for (const name of ['codemirror', 'tiptap', 'react']) {
    test(`[F7] ${name}: two clients see each other's text`, async () => {
      const address = await start(name);
      const [one, two] = [await open(address), await open(address)];
      const textOf = (page: Page) => page.locator('[contenteditable=true]').first();
      await textOf(one.page).click();
      await one.page.keyboard.type('Written here');
      await eventually(() => textOf(two.page).innerText()).toContain('Written here');
      await textOf(two.page).click();
      await two.page.keyboard.press('Control+End');
      await two.page.keyboard.type(', and there');
      await eventually(() => textOf(one.page).innerText()).toContain('and there');
      if (name === 'react') {
        await eventually(() => one.page.locator('#status').innerText()).toBe('saved');
        await one.page.click('text=Read');
        await eventually(() => one.page.locator('edgepad-viewer [part=document]').innerText())
          .toContain('and there');
        await one.page.click('text=Write');
        await eventually(() => textOf(one.page).innerText()).toContain('and there');
      }
      expect([...one.faults, ...two.faults]).toEqual([]);
    });
  }
});
