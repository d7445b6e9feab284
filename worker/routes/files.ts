import { fileLimits } from '../core/archive/file-limits.ts';
import { callDocument, lengthOf } from '../document.ts';
import type { App } from '../http/cache-control.ts';
import { badRequest, denied, nameTaken, overloaded } from '../http/problem.ts';
import { binaryType, requireBinary, requireName, tooBig } from '../http/request.ts';
import type { Dependencies } from './dependencies.ts';

/** Export of a document as a file, and import of a file as a new document. */
export function addFileRoutes(app: App, { access, openDocument }: Dependencies): void {
  app.get('/docs/:name/export', async (c) => {
    const name = c.req.param('name');
    const document = await access.documentForAllowedOrigin(c.req.raw, name);
    const file = await document.call({ type: 'export' });
    const length = lengthOf(file);
    return new Response(file, {
      headers: {
        'content-type': binaryType,
        'content-disposition': `attachment; filename="${name}.edgepad"`,
        ...(length !== null && { 'content-length': String(length) }),
      },
    });
  });

  app.post('/docs/:name/import', async (c) => {
    const name = requireName(c.req.param('name'));
    await access.requireCreator(c.req.raw, name);
    const { body: file } = c.req.raw;
    requireBinary(c.req.raw, 'a document file');
    if (!file) throw badRequest('The body must be a document file.');
    if (Number(c.req.header('content-length') ?? 0) > fileLimits.bytes) {
      throw tooBig(fileLimits.bytes);
    }
    const result = await callDocument(
      openDocument(name),
      null,
      { type: 'import', file },
      access.networkOf(c.req.raw),
    );
    switch (result.status) {
      case 'imported':
        return c.json({ name, version: result.version }, 201, { location: `/docs/${name}` });
      case 'exists':
        throw nameTaken();
      case 'busy':
        throw overloaded();
      case 'invalid':
        throw badRequest(result.reason);
      case 'denied':
        throw denied(result);
    }
  });
}
