import type { Hono } from 'hono';
import { limits } from '../../protocol/limits.ts';
import type { Access } from '../access/access.ts';
import type { CachingVariables } from '../http/cache-control.ts';
import type { OpenDocument } from '../document.ts';
import { badRequest, nameTaken } from '../http/problem.ts';
import { requireName } from '../http/require-name.ts';

const mediaType = 'application/octet-stream';

/** A document at its limit, with all that goes beside the content. In bytes. */
export const maxFileBytes = limits.documentBytesHard + 8 * 1024 * 1024;

/**
 * The way out and in: a document as one file, for its owners, and such a file as a new document, for
 * those who may make one. The file holds all, so whoever has it has the document.
 */
export function addFileRoutes(
  app: Hono<CachingVariables>,
  openDocument: OpenDocument,
  access: Access,
): void {
  app.get('/docs/:name/export', async (c) => {
    const name = requireName(c.req.param('name'));
    const document = await access.documentForPage(c.req.raw, name);
    return new Response(await document.export(), {
      headers: {
        'content-type': mediaType,
        'content-disposition': `attachment; filename="${name}.edgepad"`,
        'x-content-type-options': 'nosniff',
      },
    });
  });

  app.post('/docs/:name/import', async (c) => {
    const name = requireName(c.req.param('name'));
    await access.requireCreator(c.req.raw, name);
    const { body } = c.req.raw;
    // Not what a page of another site could send without asking first.
    if (c.req.header('content-type') !== mediaType || !body) {
      throw badRequest(`Send a document file, as ${mediaType}`);
    }
    if (Number(c.req.header('content-length') ?? 0) > maxFileBytes) {
      throw badRequest(`A document file has at most ${maxFileBytes} bytes`);
    }
    const imported = await openDocument(name).import(body);
    if (imported.status === 'taken') throw nameTaken();
    if (imported.status === 'unreadable') throw badRequest(imported.reason);
    return c.json({ name, version: imported.version }, 201, { location: `/docs/${name}` });
  });
}
