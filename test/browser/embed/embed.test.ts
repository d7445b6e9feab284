import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { MadeDocument } from '../../support/servers/closed-service.ts';
import { eventually } from '../../support/browser/page.ts';
import {
  embedFrame,
  EmbedWorld,
  iframeHeight,
  messagesOf,
  messageTypes,
  statusesOf,
  typeInEmbed,
} from './embed-world.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let world: EmbedWorld;
beforeAll(async () => {
  world = await EmbedWorld.start();
}, 120_000);
afterAll(() => world?.stop());
afterEach(() => world.closePages());

describe('an editor in an embed', () => {
  test('[F1] works without storage, reports its changes, and is as high as its text', async () => {
    const made = await world.service.make();
    const address = world.site.page(
      world.embedTag(made.name, `data-key="${made.keys.edit}" data-mode="edit"`),
    );
    const { page, faults } = await world.open(address);
    await eventually(() => messageTypes(page)).toContain('ready');
    const frame = page.frames()[1];
    const storage = await frame?.evaluate(() => {
      try {
        return localStorage.length;
      } catch (error) {
        return (error as Error).name;
      }
    });
    expect(storage).toBe('SecurityError');

    const before = await iframeHeight(page);
    await typeInEmbed(page, 'High water at four');
    await eventually(() => messageTypes(page)).toContain('saved');
    await eventually(() => world.textOf(made)).toContain('High water at four');
    expect(await messageTypes(page)).toContain('change');

    for (let i = 0; i < 9; i++) await page.keyboard.press('Enter');
    await eventually(() => iframeHeight(page)).toBeGreaterThan(before);
    const lastHeight = async () =>
      (await messagesOf(page)).filter(({ type }) => type === 'resize').at(-1)?.height;
    await eventually(async () => await iframeHeight(page) === await lastHeight()).toBe(true);
    for (let i = 0; i < 40; i++) await page.keyboard.press('Enter');
    await eventually(lastHeight).toBeGreaterThan(640);
    expect(await iframeHeight(page)).toBe(640);
    expect(faults).toEqual([]);
  });

  test('[F1] can be entered and left by keyboard, also from a list', async () => {
    const made = await world.service.make();
    const { page, faults } = await world.open(world.site.page(
      `<button id="before">Before</button>
      ${world.embedTag(made.name, `data-key="${made.keys.edit}" data-loading="eager"`)}
      <button id="after">After</button>`,
    ));
    await eventually(() => messageTypes(page)).toContain('ready');
    await page.focus('#before');
    const isInText = () =>
      embedFrame(page).locator(':root').evaluate(() =>
        document.activeElement?.classList.contains('ProseMirror') ?? false
      );
    for (let i = 0; i < 12 && !await isInText(); i++) await page.keyboard.press('Tab');
    expect(await isInText()).toBe(true);
    await page.keyboard.type('- one');
    // In a list Tab indents the line; after Escape it leaves the editor.
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

  test('[F1] [U2] has no axe violations in edit and view mode, light and dark', async () => {
    const made = await world.service.make();
    for (const theme of ['light', 'dark']) {
      for (const mode of ['edit', 'view']) {
        const { page } = await world.open(world.site.page(
          world.embedTag(
            made.name,
            `data-key="${made.keys.edit}" data-mode="${mode}" data-theme="${theme}"`,
          ),
        ));
        await eventually(() => messageTypes(page)).toContain('ready');
        if (mode === 'edit') {
          await embedFrame(page).locator('#toolbar button').first().waitFor();
          await typeInEmbed(page, 'Words ');
          await embedFrame(page).locator('#people:not([disabled])').click();
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

  test('[F1] several embeds on one page have their own elements and events', async () => {
    const [one, two] = [await world.service.make(), await world.service.make()];
    const { page, faults } = await world.open(world.site.page(
      world.embedTag(one.name, `data-key="${one.keys.edit}" data-id="one" data-loading="eager"`) +
        world.embedTag(two.name, `data-key="${two.keys.view}" data-id="two" data-mode="view"`),
    ));
    await eventually(async () => (await messagesOf(page)).map(({ mode }) => mode)).toContain(
      'edit',
    );
    await page.frameLocator('#one iframe').locator('.ProseMirror[contenteditable=true]').click();
    await page.keyboard.type('First');
    await eventually(() => world.textOf(one)).toContain('First');
    expect(await page.frameLocator('#two iframe').locator('.ProseMirror').count()).toBe(0);
    expect(faults).toEqual([]);
  });

  test('[F1] loads near the viewport, and sends pending changes before it is removed', async () => {
    const made = await world.service.make();
    const { page, faults } = await world.open(world.site.page(
      `<div style="height: 4000px"></div>${
        world.embedTag(made.name, `data-key="${made.keys.edit}"`)
      }`,
    ));
    await page.waitForSelector('edgepad-frame', { state: 'attached' });
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
    expect(await page.locator('iframe').count()).toBe(0);
    await page.evaluate(() => scrollTo(0, 4000));
    await eventually(() => messageTypes(page)).toContain('ready');
    await typeInEmbed(page, 'Last words');
    await page.evaluate(() =>
      (document.querySelector('edgepad-frame') as unknown as { destroy(): Promise<void> }).destroy()
    );
    expect(await page.locator('iframe').count()).toBe(0);
    await eventually(() => world.textOf(made)).toContain('Last words');
    expect(faults).toEqual([]);
  });
});

describe('an embed whose document is deleted (close code 4410)', () => {
  const deleteDocument = async (made: MadeDocument) => {
    const answer = await world.service.fetch(`/docs/${made.name}`, made.keys.own, {
      method: 'DELETE',
    });
    expect(answer.status).toBe(204);
  };

  test('[P7] offers the whole text when all of it was saved', async () => {
    const made = await world.service.make();
    const { page, faults } = await world.open(
      world.site.page(world.embedTag(made.name, `data-key="${made.keys.edit}"`)),
    );
    await typeInEmbed(page, 'High water at four');
    await eventually(() => world.textOf(made)).toContain('High water at four');
    await eventually(async () => (await statusesOf(page)).at(-1)).toBe('saved');
    await deleteDocument(made);
    const panel = embedFrame(page).locator('.recovery[data-kind=unsaved]');
    await eventually(() => panel.innerText()).toContain('High water at four');
    expect(await panel.getByRole('status').innerText()).toContain('no longer available');
    await panel.getByRole('button', { name: 'Copy text' }).waitFor();
    // An embed creates no documents.
    expect(await panel.getByRole('button', { name: 'Save as a new document' }).count()).toBe(0);
    expect(faults).toEqual([]);
  });

  test('[P7] offers the unsaved text when some of it was not saved', async () => {
    const made = await world.service.make();
    const page = await world.context.newPage();
    let isHeld = false;
    await page.routeWebSocket(/\/docs\//, (socket) => {
      const server = socket.connectToServer();
      socket.onMessage((message) => {
        if (!isHeld) server.send(message);
      });
    });
    await page.goto(world.site.page(world.embedTag(made.name, `data-key="${made.keys.edit}"`)));
    await typeInEmbed(page, 'High water');
    await eventually(() => world.textOf(made)).toContain('High water');
    await eventually(async () => (await statusesOf(page)).at(-1)).toBe('saved');
    isHeld = true;
    await page.keyboard.type(' at four');
    await eventually(async () => (await statusesOf(page)).at(-1)).toBe('saving');
    await deleteDocument(made);
    const panel = embedFrame(page).locator('.recovery[data-kind=unsaved]');
    await eventually(() => panel.innerText()).toContain('High water at four');
    expect(await panel.getByRole('status').innerText()).toContain('did not reach the document');
  });
});

describe('a read-only document in an embed', () => {
  test('[F4] works in a plain iframe without embed.js, and shows changes live', async () => {
    const made = await world.service.make();
    const writer = await world.open(made.links.edit);
    await writer.page.locator('.ProseMirror[contenteditable=true]').click();
    await writer.page.keyboard.type('Ebb');
    await eventually(() => world.textOf(made)).toContain('Ebb');
    const { page, faults } = await world.open(
      world.site.page(`<iframe src="${made.links.embed}"></iframe>`),
    );
    const text = () => embedFrame(page).locator('#document').innerText();
    await eventually(text).toContain('Ebb');
    await writer.page.keyboard.type(' and flow');
    await eventually(text).toContain('Ebb and flow');
    expect(faults).toEqual([]);
  });

  test('[F4] shows a reader without access that there is nothing to read', async () => {
    const made = await world.service.make();
    const { page, faults } = await world.open(world.site.page(
      world.embedTag(made.name, `data-mode="view" data-key="${'x'.repeat(22)}"`),
    ));
    await eventually(async () => (await messagesOf(page)).map(({ code }) => code)).toContain(
      'not-found',
    );
    expect(await embedFrame(page).locator('#missing').innerText()).toContain('nothing to read');
    expect(faults).toEqual([]);
  });
});
