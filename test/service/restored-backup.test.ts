import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, inject, it } from 'vitest';
import * as Y from 'yjs';
import { findDeno } from '../../scripts/deno-command.mjs';
import { Proxy } from '../support/network/proxy.ts';
import { startDenoServer } from '../support/servers/deno-server.ts';
import { ourProvider, stockProvider, until } from '../support/y-client.ts';

const name = 'notes';
type Server = Awaited<ReturnType<typeof startDenoServer>>;

/** Puts an older state of the document back while the service is stopped. */
interface Restoration {
  readonly what: string;
  save(server: Server): Promise<void>;
  restore(server: Server): void;
}

const pathOf = ({ data }: Server) => `${data}/documents/${name}+.sqlite`;

/** Both ways in docs/SELF-HOSTING.md. */
const restorations: readonly Restoration[] = [
  {
    what: 'a document file',
    async save({ url, data }) {
      const file = await fetch(`${url}/docs/${name}/export`);
      writeFileSync(`${data}/saved`, new Uint8Array(await file.arrayBuffer()));
    },
    restore(server) {
      rmSync(pathOf(server));
      const main = fileURLToPath(new URL('../../worker/deno/transfer.ts', import.meta.url));
      const args = ['import', name, `${server.data}/saved`, '--data', server.data];
      const { status, stderr } = spawnSync(findDeno(), ['run', '-A', '--quiet', main, ...args]);
      expect(status, String(stderr)).toBe(0);
    },
  },
  {
    what: 'the SQLite file',
    async save(server) {
      await server.terminate();
      copyFileSync(pathOf(server), `${server.data}/saved`);
      await server.restart();
    },
    restore: (server) => copyFileSync(`${server.data}/saved`, pathOf(server)),
  },
];

/** How often each word is in a document. */
function wordsOf(doc: Y.Doc): string[] {
  return doc.getText('codemirror').toString().split(' ').filter(Boolean).sort();
}

function type(doc: Y.Doc, words: string): void {
  for (const word of words.split(' ')) doc.getText('codemirror').insert(0, `${word} `);
}

const late = 'd1 d2 d3 d4 d5 d6 d7 d8';

describe.runIf(inject('host') === 'deno').concurrent('P7 a restored backup', () => {
  for (const { what, save, restore } of restorations) {
    for (const others of ['', late]) {
      const title = others === '' ? 'at once' : 'after another client has written';
      it(`[P7] ${what}: clients that know more bring it back, ${title}`, async () => {
        const server = await startDenoServer();
        const network = await Proxy.to(server.url);
        const [ann, carl] = [ourProvider(network.url, name), ourProvider(network.url, name)];
        const stock = stockProvider(network.url, name);
        const docs = [ann.doc, carl.doc, stock.doc];
        const agree = (words: string) =>
          docs.every((doc) => wordsOf(doc).join(' ') === words.split(' ').sort().join(' '));
        const isSaved = () => ann.status.state === 'saved' && carl.status.state === 'saved';
        try {
          type(ann.doc, 'a1 a2 a3');
          await until(() => isSaved() && agree('a1 a2 a3'));
          await save(server);
          await until(() => isSaved() && stock.wsconnected);
          type(ann.doc, 'a4 a5 a6');
          type(stock.doc, 's1');
          await until(() => isSaved() && agree('a1 a2 a3 a4 a5 a6 s1'));

          network.down();
          await server.terminate();
          restore(server);
          type(ann.doc, 'offline');
          await server.restart();
          const dora = ourProvider(server.url, name);
          docs.push(dora.doc);
          await until(() => dora.status.state === 'saved' && wordsOf(dora.doc).length === 3);
          if (others !== '') type(dora.doc, others);
          await until(() => dora.status.state === 'saved');
          network.allow();
          await until(() => isSaved() && agree(`a1 a2 a3 a4 a5 a6 s1 offline ${others}`.trim()));
          const newcomer = ourProvider(server.url, name);
          docs.push(newcomer.doc);
          await until(() => agree(`a1 a2 a3 a4 a5 a6 s1 offline ${others}`.trim()));
          for (const provider of [dora, newcomer]) provider.destroy();
        } finally {
          for (const provider of [ann, carl, stock]) provider.destroy();
          await server.stop();
          network.destroy();
        }
      });
    }
  }
});
