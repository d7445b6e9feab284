import type { App } from '../http/cache-control.ts';
import { withLength } from '../http/headers.ts';
import { badRequest, notFound } from '../http/problem.ts';
import type { Dependencies } from './dependencies.ts';
import { eventStream } from './event-stream.ts';
import { renderingsFor, respond, waitForChange, waitOf, wantsFresh } from './rendering.ts';

/** What changed in a document: by polling, which the viewer page uses, and as an event stream. */
export function addChangeRoutes(app: App, { access, settings }: Dependencies): void {
  app.get('/docs/:name/changes', async (c) => {
    const name = c.req.param('name');
    const document = await access.document(c.req.raw, name);
    const since = parseTag(c.req.query('since'));
    const renderings = renderingsFor(c, settings, { name, document });
    const result = await waitForChange(
      () => renderings.changes(since, { fresh: wantsFresh(c) }),
      waitOf(c),
    );
    return respond(c, result, ({ body, tag }) => {
      // Weak: different bodies can lead to the same revision.
      const etag = `W/"${tag}"`;
      const [bytes, headers] = withLength(body, { 'content-type': 'application/json', etag });
      return c.body(bytes, 200, headers);
    });
  });

  app.get('/docs/:name/events', async (c) => {
    const name = c.req.param('name');
    const document = await access.document(c.req.raw, name);
    const since = parseTag(c.req.header('last-event-id') || c.req.query('since'));
    const renderings = renderingsFor(c, settings, { name, document });
    const read = (tag: string | null) => renderings.changes(tag, { fresh: false });
    const first = await read(since);
    if (first.status === 'missing') throw notFound();
    c.set('caching', 'never');
    const headers = { 'content-type': 'text/event-stream' };
    // Without a body, so that no stream is left unread.
    if (c.req.raw.method === 'HEAD') return c.body(null, 200, headers);
    return c.body(eventStream(first, since, read), 200, headers);
  });
}

/** A revision's tag from a request; null for none. */
function parseTag(tag: string | undefined): string | null {
  if (!tag) return null;
  if (/^\d{1,15}\.[\w-]{1,64}$/.test(tag)) return tag;
  throw badRequest('"since" must be a version from an earlier response, such as 41.9f3c.');
}
