import { closeHeader, edgepadProtocol, sessionHeader } from '../../protocol/headers.ts';
import { limits } from '../../protocol/limits.ts';
import type { AuthorizedDocument } from '../access/authorized-document.ts';
import { offeredSubprotocols } from '../access/credential.ts';
import { denialCloseCodes, type DenialCode } from '../core/access/principal.ts';
import { anyTag } from '../core/render/reader.ts';
import type { App } from '../http/cache-control.ts';
import { withLength } from '../http/headers.ts';
import { Problem } from '../http/problem.ts';
import { binaryType, readBody, requireName } from '../http/request.ts';
import type { Dependencies } from './dependencies.ts';

/** The longest body that is read before the access check, in bytes; most are much shorter. */
const maxUncheckedBytes = 64 * 1024;

/** Editing: by WebSocket, and by HTTP where the network blocks WebSockets. */
export function addSyncRoutes(app: App, { access, settings }: Dependencies): void {
  app.get('/docs/:name', async (c, next) => {
    if (c.req.header('upgrade')?.toLowerCase() !== 'websocket') return await next();
    // An invalid name gets an HTTP error. Only a denial is accepted as a WebSocket and then closed.
    const name = requireName(c.req.param('name'));
    const speaksEdgepad = offeredSubprotocols(c.req.raw).includes(edgepadProtocol);
    const subprotocol = speaksEdgepad ? edgepadProtocol : null;
    try {
      const document = await access.documentForSocket(c.req.raw, name);
      return await document.upgrade(c.req.raw, subprotocol);
    } catch (error) {
      if (!(error instanceof Problem) || !isDenialCode(error.code)) throw error;
      const { code: denial, message: reason } = error;
      const refusal = { code: denialCloseCodes[denial], reason, denial, subprotocol };
      return settings.refuseUpgrade(c.req.raw, refusal);
    }
  });

  app.post('/docs/:name/sync', async (c) => {
    const document = await access.documentForAllowedOrigin(c.req.raw, c.req.param('name'));
    return await exchange(c.req.raw, document);
  });

  app.delete('/docs/:name/sync', async (c) => {
    const document = await access.documentForAllowedOrigin(c.req.raw, c.req.param('name'));
    await document.call({ type: 'end-session', session: sessionOf(c.req.raw) });
    return c.body(null, 204);
  });
}

function isDenialCode(code: string): code is DenialCode {
  return code in denialCloseCodes;
}

/** Passes the messages of a request to the document, and responds with those for the client. */
async function exchange(request: Request, document: AuthorizedDocument): Promise<Response> {
  const session = sessionOf(request);
  if (request.headers.get('content-type') !== binaryType) {
    const detail = `Send messages as ${binaryType}.`;
    throw new Problem(415, 'media-type', 'Unsupported media type', detail);
  }
  // A long body takes memory, so access is checked before it is read. `state` requires the same role
  // as `exchange`, and renders nothing for `anyTag`.
  const length = request.headers.get('content-length');
  if (length === null || Number(length) > maxUncheckedBytes) {
    await document.call({ type: 'state', knownTags: [anyTag] });
  }
  const body = await readBody(request, limits.messageBytes);
  const { frame, close } = await document.call({ type: 'exchange', session, frame: body });
  const [bytes, headers] = withLength(frame, { 'content-type': binaryType });
  if (close) headers[closeHeader] = `${close.code} ${encodeURIComponent(close.reason)}`;
  return new Response(bytes, { headers });
}

/** The session that a request names. Throws a Problem for an invalid name. */
function sessionOf(request: Request): string {
  const session = request.headers.get(sessionHeader) ?? '';
  if (/^[\w-]{16,64}$/.test(session)) return session;
  throw new Problem(
    400,
    'no-session',
    'Session required',
    `Send the header "${sessionHeader}": 16 to 64 random letters, digits, "-" or "_".`,
  );
}
