import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import WebSocket from 'ws';
import * as Y from 'yjs';
import { CloseCode } from '../../protocol/close-codes.ts';
import { contentOf, metaOf } from '../../protocol/schema.ts';
import { EdgepadProvider } from '../../web/provider/provider.ts';
import { UnsavedChanges } from '../../web/provider/recovery/unsaved-changes.ts';
import type { ProviderStatus } from '../../web/provider/status.ts';
import { ClosedService } from '../support/servers/closed-service.ts';
import { until } from '../support/y-client.ts';

let closed: ClosedService;
beforeAll(async () => void (closed = await ClosedService.start(inject('host'))), 120_000);
afterAll(() => closed?.stop());

interface Client {
  readonly doc: Y.Doc;
  readonly provider: EdgepadProvider;
  /** Every state that the provider has had. */
  readonly story: ProviderStatus[];
  /** Number of rejections for a missing or invalid credential. */
  readonly turnedAway: () => number;
}

function connect(name: string, getToken: () => string | null): Client {
  const doc = new Y.Doc();
  let turnedAway = 0;
  class Counted extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols);
      this.on('close', (code) => void (turnedAway += code === CloseCode.unauthenticated ? 1 : 0));
    }
  }
  const provider = new EdgepadProvider({
    url: `${closed.url.replace('http', 'ws')}/docs`,
    name,
    doc,
    getToken,
    WebSocket: Counted as unknown as typeof globalThis.WebSocket,
  });
  const story: ProviderStatus[] = [];
  provider.addEventListener('status', () => story.push(provider.status));
  return { doc, provider, story, turnedAway: () => turnedAway };
}

function write(doc: Y.Doc, text: string): void {
  const line = new Y.XmlElement('paragraph');
  line.insert(0, [new Y.XmlText(text)]);
  contentOf(doc).push([line]);
}

const hour = 3600;
const now = () => Math.floor(Date.now() / 1000);

describe('credentials of the provider', () => {
  test.concurrent('[P7] does not retry without a credential or with a rejected one', async () => {
    const { name } = await closed.make();
    const token = closed.token(name, 'edit', { iat: now() - 2 * hour, exp: now() - hour });
    for (const credential of [null, token]) {
      const { provider, turnedAway } = connect(name, () => credential);
      await until(() => provider.status.state === 'refused');
      expect(provider.status).toMatchObject({ state: 'refused', code: 4401 });
      expect(turnedAway()).toBe(1);
      provider.destroy();
    }
  });

  test.concurrent('[P7] replaces an expired token without losing text', async () => {
    const { name, keys } = await closed.make();
    const old = closed.token(name, 'edit', { iat: now() - 2 * hour, exp: now() - hour });
    const tokens = [old];
    const { doc, provider } = connect(
      name,
      () => tokens.shift() ?? closed.token(name, 'edit'),
    );
    write(doc, 'Low water at noon');
    await until(() => provider.status.state === 'saved');
    expect(provider.role).toBe('edit');
    provider.destroy();
    const read = await fetch(`${closed.url}/docs/${name}.txt`, {
      headers: { authorization: `Bearer ${keys.view}` },
    });
    expect(await read.text()).toContain('Low water at noon');
  });

  test.concurrent('[P7] keeps text that was typed after a token with a lower role', async () => {
    const { name } = await closed.make();
    // The provider asks for the next token 15 seconds after the first, before that expires.
    const tokens = [closed.token(name, 'edit', { exp: now() + 61 })];
    const { doc, provider, story } = connect(
      name,
      () => tokens.shift() ?? closed.token(name, 'view'),
    );
    await until(() => provider.status.state === 'saved');
    const rescue = new UnsavedChanges({ content: contentOf(doc), meta: metaOf(doc) }, [
      doc.clientID,
    ]);
    provider.addEventListener('status', () => {
      if (provider.status.state === 'saved') rescue.markSaved(Y.encodeStateVector(doc));
      if (provider.status.state === 'read-only') write(doc, 'Bring boots');
    });
    write(doc, 'Low water at noon');
    await until(() => provider.status.state === 'saved');
    await until(() => provider.status.state === 'refused');
    expect(provider.status).toMatchObject({ code: 4403 });
    expect(provider.status.state === 'refused' && provider.status.reason).toMatch(/may read/);
    expect(story.map(({ state }) => state)).toContain('read-only');
    expect(provider.role).toBe('view');
    expect(rescue.unsentText).toBe('Bring boots');
    provider.destroy();
  });
});
