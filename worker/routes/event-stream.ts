import type { CachedResult } from '../cache/renderings.ts';
import { Problem } from '../http/problem.ts';
import { sleep } from './rendering.ts';

/** Reads per stream: each can take subrequests, whose number per request is limited. */
const maxReads = 200;
/** How often a comment is sent to keep the connection open, in milliseconds. */
const heartbeat = 15_000;

/**
 * A stream of server-sent events: one per change, with the revision's tag as its id. It ends after
 * {@link maxReads}, when the document is deleted, when access ends, and when the client disconnects.
 * A browser reconnects with the last id.
 *
 * Events are made on demand, so that a slow client gets fewer and larger ones. The platform may
 * report a disconnection late; {@link maxReads} limits the reads until then.
 */
export function eventStream(
  first: CachedResult,
  since: string | null,
  read: (since: string | null) => Promise<CachedResult>,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let result = first;
  let tag = since;
  let reads = 1;
  let preamble = 'retry: 2000\n\n';
  let isCanceled = false;
  return new ReadableStream({
    async pull(controller) {
      let quietTime = 0;
      while (!isCanceled) {
        if (result.status === 'missing') return controller.close();
        if (result.status === 'read') {
          tag = result.tag;
          controller.enqueue(encoder.encode(`${preamble}id: ${tag}\ndata: ${result.body}\n\n`));
          result = { ...result, status: 'unchanged', tag };
          preamble = '';
          return;
        }
        if (preamble !== '' || quietTime >= heartbeat) {
          controller.enqueue(encoder.encode(preamble || ':\n\n'));
          preamble = '';
          return;
        }
        const pause = Math.min(result.wait, heartbeat);
        await sleep(pause);
        quietTime += pause;
        result = { ...result, wait: result.wait - pause };
        if (result.wait > 0) continue;
        if (++reads > maxReads) return controller.close();
        result = await readOrEnd(read, tag);
      }
    },
    cancel() {
      isCanceled = true;
    },
  }, { highWaterMark: 1 });
}

/** Ends the stream on a Problem: the client gets it as a response when it reconnects. */
async function readOrEnd(
  read: (since: string | null) => Promise<CachedResult>,
  tag: string | null,
): Promise<CachedResult> {
  try {
    return await read(tag);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { status: 'missing', wait: 0, isHit: false };
  }
}
