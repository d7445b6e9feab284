import { CloseCode } from '../../protocol/close-codes.ts';
import {
  closeHeader,
  edgepadProtocol,
  sessionHeader,
  stockProtocol,
} from '../../protocol/headers.ts';
import { isDocumentName } from '../../protocol/document-name.ts';
import { limits } from '../../protocol/limits.ts';
import { encodeMessage } from '../../protocol/messages.ts';
import type { AuthorizedDocument } from '../access/authorized-document.ts';
import { offeredSubprotocols } from '../access/credential.ts';
import { denialCloseCodes, type DenialCode } from '../core/access/principal.ts';
import { anyTag } from '../core/render/reader.ts';
import type { App } from '../http/cache-control.ts';
import { withLength } from '../http/headers.ts';
import { methodNotAllowed, Problem } from '../http/problem.ts';
import { binaryType, readBody, requireBinary } from '../http/request.ts';
import type { UpgradeRefusal } from '../http/upgrade.ts';
import type { Dependencies } from './dependencies.ts';

/** The longest body that is read before the access check, in bytes; most are much shorter. */
const maxUncheckedBytes = 64 * 1024;

/** The first byte of a frame that begins with `resume`. */
const [resumeType] = encodeMessage({
  type: 'resume',
  epoch: '',
  version: 0,
  stateVector: new Uint8Array(),
  schema: 0,
});

/** Editing: by WebSocket, and by HTTP where the network blocks WebSockets. */
export function addSyncRoutes(app: App, { access, settings }: Dependencies): void {
  const traceRefusal = (
    { url, headers }: Request,
    refusal: { readonly code: number | null; readonly reason: string },
  ) => {
    const document = new URL(url).pathname.slice('/docs/'.length);
    const { code, reason } = refusal;
    settings.trace?.('connection refused', {
      document,
      origin: headers.get('origin'),
      code,
      reason,
    });
  };
  const refuse = (request: Request, refusal: Refusal) => {
    traceRefusal(request, refusal);
    return settings.refuseUpgrade(request, { ...refusal, subprotocol: subprotocolOf(request) });
  };
  // Middleware, since an invalid name can have any form, such as one with a slash.
  app.use('/docs/*', async (c, next) => {
    if (!isUpgrade(c.req.raw)) return await next();
    try {
      await access.countHandshake(c.req.raw);
    } catch (error) {
      traceRefusal(c.req.raw, { code: null, reason: (error as Error).message });
      throw error;
    }
    const [, name = ''] = /^\/docs\/(.*)$/.exec(c.req.path) ?? [];
    if (name === '' || isDocumentName(name)) return await next();
    return refuse(c.req.raw, invalidName);
  });

  app.get('/docs/:name', async (c, next) => {
    if (!isUpgrade(c.req.raw)) return await next();
    const name = c.req.param('name');
    const subprotocol = subprotocolOf(c.req.raw);
    try {
      const document = await access.documentForAllowedOrigin(c.req.raw, name);
      return await document.upgrade(
        c.req.raw,
        subprotocol,
        () => access.delayRefusal(c.req.raw, name),
      );
    } catch (error) {
      const refusal = error instanceof Problem ? refusalOf(error) : null;
      if (refusal === null) {
        traceRefusal(c.req.raw, { code: null, reason: (error as Error).message });
        throw error;
      }
      await access.delayRefusal(c.req.raw, name);
      return refuse(c.req.raw, refusal);
    }
  });

  app.post('/docs/:name/sync', async (c) => {
    const document = await access.documentForAllowedOrigin(c.req.raw, c.req.param('name'));
    return await exchange(c.req.raw, document, access);
  });

  // Clients ask with HEAD whether the service can be reached. Contacts no document.
  app.get('/docs/:name/sync', (c) => {
    if (c.req.method === 'HEAD') return c.body(null, 204);
    throw methodNotAllowed(['HEAD', 'POST', 'DELETE']);
  });

  app.delete('/docs/:name/sync', async (c) => {
    const document = await access.documentForAllowedOrigin(c.req.raw, c.req.param('name'));
    await document.call({ type: 'end-session', session: sessionOf(c.req.raw) });
    return c.body(null, 204);
  });
}

function isUpgrade({ headers }: Request): boolean {
  return headers.get('upgrade')?.toLowerCase() === 'websocket';
}

/** The subprotocol to answer with; null if the client offers none that we know. */
function subprotocolOf(request: Request): string | null {
  const offered = offeredSubprotocols(request);
  return [edgepadProtocol, stockProtocol].find((one) => offered.includes(one)) ?? null;
}

type Refusal = Omit<UpgradeRefusal, 'subprotocol'>;

const invalidName: Refusal = {
  code: CloseCode.notFound,
  reason: 'Invalid name: a document name has 1 to 128 letters, digits, "-", "_" or "~"',
  denial: null,
};

/**
 * How to close the WebSocket for a problem that the client should see: a page cannot read why a
 * handshake failed. Null for a problem to answer with an HTTP error.
 */
function refusalOf({ code, message: reason }: Problem): Refusal | null {
  if (isDenialCode(code)) return { code: denialCloseCodes[code], reason, denial: code };
  return code === 'foreign-origin' ? { code: CloseCode.forbidden, reason, denial: null } : null;
}

function isDenialCode(code: string): code is DenialCode {
  return code in denialCloseCodes;
}

/** Passes the messages of a request to the document, and responds with those for the client. */
async function exchange(
  request: Request,
  document: AuthorizedDocument,
  access: Pick<Dependencies['access'], 'countHandshake'>,
): Promise<Response> {
  const session = sessionOf(request);
  requireBinary(request, 'messages');
  // A long body takes memory, so access is checked before it is read. `state` requires the same
  // access as `exchange`, and renders nothing for `anyTag`.
  const length = request.headers.get('content-length');
  if (length === null || Number(length) > maxUncheckedBytes) {
    await document.call({ type: 'state', knownTags: [anyTag] });
  }
  const body = await readBody(request, limits.messageBytes);
  // Only this message opens a session.
  if (body[0] === resumeType) await access.countHandshake(request);
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
