/**
 * `viewers URL NAME COUNT SECONDS [idle]`: viewers that poll every two seconds. Prints `ready` when they
 * have the document, and their results as JSON at the end. With `idle` they request `/healthz` instead.
 */
import { Agent, get } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import process from 'node:process';

const [, , , url = '', name = '', count = '1000', seconds = '30', idle] = process.argv;
const agent = new Agent({ keepAlive: true, maxSockets: 200 });
const pollEvery = 2_000;

export interface Seen {
  polls: number;
  /** Polls that were answered without the document. */
  hits: number;
  errors: number;
  /** The last error; empty if there was none. */
  lastError: string;
  changed: number;
  bytes: number;
  /** Histogram of the delay from keystroke to viewer, in steps of 50 ms. */
  delays: number[];
}

const seen: Seen = {
  polls: 0,
  hits: 0,
  errors: 0,
  lastError: '',
  changed: 0,
  bytes: 0,
  delays: [],
};

interface Reply {
  readonly status: number;
  readonly isHit: boolean;
  readonly body: string;
}

function ask(path: string): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const request = get(url + path, { agent }, (response) => {
      const parts: string[] = [];
      response.setEncoding('utf8');
      response.on('data', (part: string) => parts.push(part));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          isHit: response.headers['cache-status'] === 'edgepad; hit',
          body: parts.join(''),
        }));
      response.on('error', reject);
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      // The service was closing the kept-alive connection. Browsers retry as well.
      if (request.reusedSocket && error.code === 'ECONNRESET') ask(path).then(resolve, reject);
      else reject(error);
    });
  });
}

/** Measured keystrokes contain the time at which they were typed. */
function noteDelays(body: string, since: number): number {
  let newest = since;
  for (const [, stamp] of body.matchAll(/~(\d{13})~/g)) {
    const at = Number(stamp);
    if (at <= since) continue;
    newest = Math.max(newest, at);
    const slot = Math.floor((Date.now() - at) / 50);
    seen.delays[slot] = (seen.delays[slot] ?? 0) + 1;
  }
  return newest;
}

async function follow(version: string, offset: number, end: number): Promise<void> {
  let newest = Date.now();
  await pause(offset);
  for (let next = Date.now(); next < end; next += pollEvery) {
    await pause(Math.max(0, next - Date.now()));
    seen.polls += 1;
    try {
      if (idle) {
        await ask('/healthz');
        continue;
      }
      const { status, isHit, body } = await ask(`/docs/${name}/changes?since=${version}`);
      if (isHit) seen.hits += 1;
      if (status === 304) continue;
      if (status !== 200) throw new Error(`Status ${status}`);
      seen.changed += 1;
      seen.bytes += body.length;
      newest = noteDelays(body, newest);
      version = JSON.parse(body).version;
    } catch (error) {
      seen.errors += 1;
      seen.lastError = String(error);
    }
  }
}

// Viewers start with the rendered page.
const { version } = idle ? { version: '' } : JSON.parse((await ask(`/docs/${name}/changes`)).body);
console.log('ready');
const end = Date.now() + Number(seconds) * 1_000;
await Promise.all(
  Array.from(
    { length: Number(count) },
    (_, i) => follow(version, pollEvery * i / Number(count), end),
  ),
);
console.log(JSON.stringify(seen));
process.exit();
