import assert from 'node:assert/strict';
import * as Y from 'yjs';
import { edgepadProtocol } from '../../protocol/headers.ts';
import { decodeMessages, encodeMessage, type Message } from '../../protocol/messages.ts';
import { readDocumentFile } from '../../worker/core/archive/document-reader.ts';
import { compileFaultyDisk, startFaultyService } from './faults/faulty-service.ts';
import { TokenSigner } from '../support/service/tokens.ts';
import { memoryFolder } from './temp-folder.ts';

const library = compileFaultyDisk(Deno.makeTempDirSync({ prefix: 'edgepad-' }));
const hour = 3_600_000;
const day = 24 * hour;

/** A client with a key, which writes and counts what is stored. */
class Client {
  readonly closed: Promise<CloseEvent>;
  saved = 0;
  readonly #socket: WebSocket;
  readonly #doc = new Y.Doc();
  readonly #received: Message[] = [];

  constructor(url: string, key: string) {
    const protocols = [edgepadProtocol, `edgepad.auth.${key}`];
    this.#socket = new WebSocket(url.replace('http', 'ws'), protocols);
    this.#socket.binaryType = 'arraybuffer';
    this.#socket.onmessage = ({ data }) => {
      for (const message of decodeMessages(new Uint8Array(data))) {
        this.#received.push(message);
        if (message.type === 'saved') this.saved += message.count;
      }
    };
    this.closed = new Promise((resolve) => this.#socket.onclose = resolve);
  }

  async open(): Promise<this> {
    await new Promise((resolve) => this.#socket.onopen = resolve);
    const stateVector = Y.encodeStateVector(this.#doc);
    this.#send({ type: 'resume', epoch: '', version: 0, schema: 0, stateVector });
    while (!this.#received.some(({ type }) => type === 'sync-step-1')) await delay(5);
    return this;
  }

  /** Resolves when the text is stored. */
  async write(text: string): Promise<void> {
    const before = Y.encodeStateVector(this.#doc);
    this.#doc.getText('codemirror').insert(0, text);
    const saved = this.saved + 1;
    this.#send({ type: 'update', update: Y.encodeStateAsUpdate(this.#doc, before) });
    while (this.saved < saved) await delay(5);
  }

  #send(message: Message): void {
    this.#socket.send(encodeMessage(message) as Uint8Array<ArrayBuffer>);
  }
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

Deno.test({
  name: '[S2] [T5] [P8] keys, tokens, alarms and limits when the clock jumps by a day, and back',
  ignore: library === null,
  async fn() {
    using folder = memoryFolder();
    const signer = new TokenSigner();
    const service = await startFaultyService(library, folder.path, {
      EDGEPAD_CREATION: 'anyone',
      EDGEPAD_TOKEN_SECRETS: signer.setting,
    });
    const jump = (clockOffset: number) => service.setFaults({ clockOffset });
    const call = async (path: string, key: string, init: RequestInit = {}) => {
      const headers = { authorization: `Bearer ${key}` };
      const response = await fetch(`${service.url}/docs/${path}`, { ...init, headers });
      return { status: response.status, body: await response.text() };
    };
    try {
      const created = await fetch(`${service.url}/docs`, { method: 'POST', body: '{"name":"a"}' });
      const { keys } = await created.json();
      const expires = new Date(Date.now() + hour).toISOString();
      const made = await call('a/keys', keys.own, {
        method: 'POST',
        body: JSON.stringify({ role: 'edit', expires }),
      });
      assert.equal(made.status, 201, made.body);
      const { key } = JSON.parse(made.body);
      const token = signer.token(service.url, 'a', 'view');
      const [lasting, expiring] = [
        await new Client(`${service.url}/docs/a`, keys.edit).open(),
        await new Client(`${service.url}/docs/a`, key).open(),
      ];
      await lasting.write('Today. ');
      assert.equal((await call('a.txt', token)).status, 200);

      jump(day);
      // Without a frame from it: an alarm ends access that has expired.
      const { code } = await expiring.closed;
      assert.equal(code, 4404);
      assert.equal((await call('a.txt', key)).status, 404);
      assert.match((await call('a.txt', token)).body, /token-expired/);
      const times = {
        iat: (Date.now() + day) / 1000 | 0,
        exp: (Date.now() + day + hour) / 1000 | 0,
      };
      assert.equal(
        (await call('a.txt', signer.token(service.url, 'a', 'view', times))).status,
        200,
      );
      await lasting.write('Tomorrow. ');

      jump(-day);
      await lasting.write('Yesterday. ');
      assert.equal((await call('a.txt', key)).status, 200);
      assert.match((await call('a.txt', token)).body, /bad-token/);
      assert.match((await call('a.txt', keys.view)).body, /Yesterday\. Tomorrow\. Today\. /);
      for (let i = 0; i < 30; i++) {
        assert.equal((await call('a.txt', keys.view)).status, 200, 'no limit waits for a day');
      }
      // The alarm that was set for tomorrow does not hold up the compaction of today.
      for (let i = 0; i < 5; i++) await lasting.write('x'.repeat(100_000));
      const countUpdates = async () => {
        const headers = { authorization: `Bearer ${keys.own}` };
        const file = await fetch(`${service.url}/docs/a/export`, { headers });
        return readDocumentFile([new Uint8Array(await file.arrayBuffer())]).updates.length;
      };
      while (await countUpdates() > 1) await delay(50);

      jump(0);
      assert.equal((await call('a.txt', token)).status, 200);
      await lasting.write('Today again. ');
    } finally {
      await service.kill();
    }
    assert.doesNotMatch(service.log(), /"level":"error"/);
  },
});
