import assert from 'node:assert/strict';
import * as Y from 'yjs';
import { encodeMessage } from '../../protocol/messages.ts';
import { ProcessLimits } from '../../worker/deno/process-limits.ts';
import { Documents } from '../../worker/deno/documents.ts';
import { JobPool } from '../../worker/deno/jobs/job-pool.ts';
import { Metrics } from '../../worker/deno/metrics.ts';
import { type TempFolder, tempFolder } from './temp-folder.ts';

function documentsIn(folder: TempFolder) {
  const reports: string[] = [];
  const alarms = new Map<string, number>();
  const documents = new Documents(folder.path, {
    limits: new ProcessLimits(),
    metrics: new Metrics(),
    jobs: new JobPool(),
    report: (event) => reports.push(event),
    setAlarm: (name, time) => alarms.set(name, time),
    deleteAlarm: (name) => alarms.delete(name),
    verifyToken: () => Promise.reject(new Error('No test uses a token')),
    storageFailed: (_, error) => reports.push(error.message),
  });
  return { documents, reports, alarms };
}

const open = { kind: 'open' } as const;

function update(text: string): Uint8Array {
  const doc = new Y.Doc();
  doc.getText('t').insert(0, text);
  return encodeMessage({ type: 'update', update: Y.encodeStateAsUpdate(doc) });
}

const resume = encodeMessage({
  type: 'resume',
  epoch: '',
  version: 0,
  schema: 0,
  stateVector: new Uint8Array([0]),
});

/** Writes as a client over HTTP, and ends the session. */
function write(documents: Documents, name: string, text: string): void {
  documents.get(name).use((document) => {
    const session = 'a-session-of-this-test';
    document.call(open, { type: 'exchange', session, frame: resume });
    document.call(open, { type: 'exchange', session, frame: update(text) });
    document.call(open, { type: 'end-session', session });
  });
}

Deno.test('opening and reading a missing document creates no file', async () => {
  using folder = tempFolder();
  const { documents } = documentsIn(folder);
  const reading = await documents.get('notes').use((document) =>
    document.call(open, { type: 'read', format: 'txt', knownTags: [] })
  );
  assert.equal(reading.status, 'missing');
  assert.deepEqual(folder.files(), []);
  documents.close();
});

Deno.test('[P7 P8] connected documents share a limit of memory, and go on when they were freed', () => {
  using folder = tempFolder();
  const { documents } = documentsIn(folder);
  const session = 'a-session-of-this-test';
  const exchange = (name: string, frame: Uint8Array) =>
    documents.get(name).use((document) => {
      document.call(open, { type: 'exchange', session, frame });
      return document.version;
    });
  const names = Array.from({ length: 12 }, (_, i) => `long${i}`);
  for (const name of names) {
    exchange(name, resume);
    assert.equal(exchange(name, update('x'.repeat(2 * 1024 * 1024))), 1);
  }
  documents.get('another');
  const loaded = [...documents].map(({ loadedWork }) => loadedWork);
  assert.ok(loaded.reduce((sum, work) => sum + work, 0) <= 16 * 1024 * 1024, `${loaded}`);
  assert.equal(loaded.filter((work) => work === 0).length, 6, `${loaded}`);
  for (const name of names) assert.equal(exchange(name, update('more')), 2);
  documents.close();
});

Deno.test('few of 1,000 documents opened in turn stay open', () => {
  using folder = tempFolder();
  const { documents } = documentsIn(folder);
  let most = 0;
  for (let i = 0; i < 1000; i++) {
    documents.get(`n${i}`).use((document) =>
      document.call(open, { type: 'read', format: 'txt', knownTags: [] })
    );
    most = Math.max(most, [...documents].length);
  }
  assert.ok(most <= 64, `${most} were open`);
  documents.close();
});

Deno.test('a closed document has its content when it is opened again', () => {
  using folder = tempFolder();
  const { documents, reports } = documentsIn(folder);
  for (let i = 0; i < 100; i++) write(documents, `n${i}`, `text ${i}`);
  // Ended sessions keep no document open.
  assert.ok([...documents].length <= 64);
  for (let i = 0; i < 100; i++) {
    const state = documents.get(`n${i}`).use((document) =>
      document.call(open, { type: 'state', knownTags: [] })
    );
    assert.ok(state.status === 'read');
    const doc = new Y.Doc();
    Y.applyUpdate(doc, state.update);
    assert.equal(doc.getText('t').toString(), `text ${i}`);
  }
  assert.deepEqual(reports, []);
  documents.close();
});

Deno.test('[P8] opening documents closes none that is in use', () => {
  using folder = tempFolder();
  const { documents } = documentsIn(folder);
  const busy = documents.get('busy');
  const session = 'a-session-of-this-test';
  busy.use((document) => document.call(open, { type: 'exchange', session, frame: resume }));
  for (let i = 0; i < 300; i++) documents.get(`n${i}`);
  assert.equal(documents.get('busy'), busy);
  documents.close();
});
