import { Problem } from '../http/problem.ts';
import type { CachedResult } from '../cache/renderings.ts';

/** Looks a stream makes before it ends: each may be several subrequests, which have a limit. */
const looksPerStream = 200;
/** A line that says nothing, so often, shows that the stream is alive. Milliseconds. */
const heartbeat = 15_000;

const sleep = (milliseconds: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/**
 * Looks until there is something else than `unchanged`, or the time is up. Costs the document what
 * the looks cost, each of which says how long the next can wait.
 */
export async function waitForChange(
  look: () => Promise<CachedResult>,
  milliseconds: number,
): Promise<CachedResult> {
  const end = Date.now() + milliseconds;
  for (;;) {
    const found = await look();
    const left = end - Date.now();
    if (found.status !== 'unchanged' || left <= 0) return found;
    await sleep(Math.min(found.wait, left));
  }
}

/**
 * Server-sent events: one for each look that finds something new, with the tag as its id and the
 * changes as its data. It ends after a while, when the document is gone, and when its reader is; a
 * browser comes back with the id it has.
 *
 * Nothing is written that has not been asked for: a slow reader gets fewer, larger events. That a
 * reader has gone the platform may notice only after some lines could not be delivered, so the end
 * of the stream is also what bounds the looks nobody wants any more.
 */
export function eventStream(
  first: CachedResult,
  since: string | null,
  look: (since: string | null) => Promise<CachedResult>,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let found = first;
  let tag = since;
  let looks = 1;
  let opening = 'retry: 2000\n\n';
  let isCanceled = false;
  return new ReadableStream({
    async pull(controller) {
      let quiet = 0;
      while (!isCanceled) {
        if (found.status === 'missing') return controller.close();
        if (found.status === 'read') {
          tag = found.tag;
          controller.enqueue(encoder.encode(`${opening}id: ${tag}\ndata: ${found.body}\n\n`));
          found = { ...found, status: 'unchanged', tag };
          opening = '';
          return;
        }
        if (opening !== '' || quiet >= heartbeat) {
          controller.enqueue(encoder.encode(opening || ':\n\n'));
          opening = '';
          return;
        }
        const pause = Math.min(found.wait, heartbeat);
        await sleep(pause);
        quiet += pause;
        found = { ...found, wait: found.wait - pause };
        if (found.wait > 0) continue;
        if (++looks > looksPerStream) return controller.close();
        found = await lookOrEnd(look, tag);
      }
    },
    cancel() {
      isCanceled = true;
    },
  }, { highWaterMark: 1 });
}

/** Who may look no more is told when they come back: an answer that has begun cannot say it. */
async function lookOrEnd(
  look: (since: string | null) => Promise<CachedResult>,
  tag: string | null,
): Promise<CachedResult> {
  try {
    return await look(tag);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { status: 'missing', wait: 0, isHit: false };
  }
}
