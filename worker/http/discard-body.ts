import type { MiddlewareHandler } from 'hono';

/** The most bytes of a body that are read only to be discarded. */
const maxDiscarded = 1024 * 1024;

/**
 * Reads the rest of a body that no route has read, such as that of a rejected request. `wrangler dev`
 * answers the next request with 503 when a body is left unread.
 */
export const discardUnreadBody: MiddlewareHandler = async (c, next) => {
  await next();
  const { body, bodyUsed } = c.req.raw;
  if (body && !bodyUsed) await discard(body);
};

/** Reads a stream to its end, or until `maxBytes` are exceeded, and cancels it then. */
export async function discard(
  stream: ReadableStream<Uint8Array>,
  maxBytes = maxDiscarded,
): Promise<void> {
  let bytes = 0;
  try {
    for await (const { length } of stream) {
      bytes += length;
      if (bytes > maxBytes) return;
    }
  } catch {
    // The client is gone or too slow. The answer is known already.
  }
}
