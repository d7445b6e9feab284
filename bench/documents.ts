/**
 * `npm run bench -- documents`: memory of the service on Deno while 10,000 documents with a page of text
 * are created and then read in turn. Expected bound: 64 open documents without connections.
 */
import process from 'node:process';
import * as Y from 'yjs';
import { encodeMessages } from '../protocol/messages.ts';
import { startDenoServer } from '../test/support/servers/deno-server.ts';

const total = 10_000;
const shown = 1_000;
const doc = new Y.Doc();
const line = new Y.XmlElement('paragraph');
line.insert(0, [new Y.XmlText('A page of text. '.repeat(200))]);
doc.getXmlFragment('lines').insert(0, [line]);
const stateVector = Y.encodeStateVector(new Y.Doc());
const written = encodeMessages([
  { type: 'resume', epoch: '', version: 0, schema: 0, stateVector },
  { type: 'update', update: Y.encodeStateAsUpdate(doc) },
]);
const server = await startDenoServer();

async function write(name: string): Promise<void> {
  const headers = { 'content-type': 'application/octet-stream', 'edgepad-session': 'x'.repeat(20) };
  const url = `${server.url}/docs/${name}/sync`;
  await (await fetch(url, { method: 'POST', headers, body: written as Uint8Array<ArrayBuffer> }))
    .arrayBuffer();
  await (await fetch(url, { method: 'DELETE', headers })).arrayBuffer();
}

async function read(name: string): Promise<void> {
  const answer = await fetch(`${server.url}/docs/${name}.md`);
  if (!(await answer.text()).includes('A page of text')) throw new Error(`${name} has no text`);
}

for (const [what, each] of Object.entries({ made: write, read })) {
  const start = performance.now();
  for (let i = 1; i <= total; i++) {
    await each(`n${i}`);
    if (i % shown) continue;
    const MiB = (server.memory() / 2 ** 20).toFixed(0);
    const ms = ((performance.now() - start) / i).toFixed(1);
    console.log(`${String(i).padStart(6)} ${what}   RSS ${MiB} MiB   ${ms} ms each`);
  }
}
await server.stop();
process.exit();
