import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../../support/browser/page.ts';
import { EmbedWorld } from './embed-world.ts';

let world: EmbedWorld;
beforeAll(async () => {
  world = await EmbedWorld.start();
}, 120_000);
afterAll(() => world?.stop());
afterEach(() => world.closePages());

describe('oEmbed', () => {
  const ask = (url: string, more = '', credential: string | null = null) =>
    world.service.fetch(`/oembed?url=${encodeURIComponent(url)}${more}`, credential);

  test('[F5] returns an iframe for reading with the key of the URL, and pages link to it', async () => {
    const made = await world.service.make();
    const writer = await world.open(made.links.edit);
    await writer.page.fill('#title', 'Tides & <moons>');
    await eventually(() => world.textOf(made)).toContain('Tides');
    const page =
      await (await world.service.fetch(new URL(made.links.view).pathname, made.keys.view))
        .text();
    expect(page).toContain('<meta property="og:title" content="Tides &amp; &lt;moons&gt;">');
    await writer.page.goto(made.links.view);
    const discovered = await writer.page
      .locator('link[type="application/json+oembed"]').getAttribute('href') ?? '';
    const answer = await world.service.fetch(discovered.slice(world.service.url.length), null);
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

  test('[F5] returns nothing that the caller may not read', async () => {
    const made = await world.service.make();
    const status = async (url: string, more = '', credential: string | null = null) => {
      const answer = await ask(url, more, credential);
      if (!answer.ok) {
        expect(answer.headers.get('content-type')).toBe('application/problem+json');
      }
      return answer.status;
    };
    expect(await status(`${world.service.url}/v/${made.name}`)).toBe(401);
    expect(await status(`${world.service.url}/v/${made.name}?key=${'x'.repeat(22)}`)).toBe(404);
    expect(await status(`${world.service.url}/v/${made.name}`, '', made.keys.view)).toBe(200);
    expect(await status('https://elsewhere.example/v/notes')).toBe(404);
    expect(await status(`${world.service.url}/docs/${made.name}`)).toBe(404);
    expect(await status(made.links.view, '&format=xml')).toBe(501);
    expect(await status(made.links.view, '&maxwidth=-1')).toBe(400);
    expect((await world.service.fetch('/oembed', null)).status).toBe(400);
  });
});
