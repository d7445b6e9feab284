import { closeHeader, sessionHeader } from '../../protocol/headers.ts';
import { limits } from '../../protocol/limits.ts';
import type { AuthorizedDocument } from '../access/authorized-document.ts';
import { anyTag } from '../core/render/reader.ts';
import { bytesOf } from '../http/body.ts';
import { Problem } from '../http/problem.ts';

/** Up to so many bytes a body is taken in before anybody is asked: nearly all are a few letters long. */
const shortBody = 64 * 1024;
const mediaType = 'application/octet-stream';

/**
 * One exchange of an HTTP client: the messages in its body for the messages that wait for it. The
 * media type is one that no page of another site can send without asking first.
 */
export async function sync(
  request: Request,
  document: Pick<AuthorizedDocument, 'exchange' | 'state'>,
): Promise<Response> {
  const session = sessionOf(request);
  if (request.headers.get('content-type') !== mediaType) {
    throw new Problem(415, 'media-type', 'Not that way', `Send messages as ${mediaType}.`);
  }
  // Not the memory for a long body, before it is known that there is somebody who may write.
  const length = request.headers.get('content-length');
  if (length === null || Number(length) > shortBody) await document.state([anyTag]);
  const body = await bytesOf(request, limits.messageBytes);
  const { frame, close } = await document.exchange(session, body);
  const headers = new Headers({
    'content-type': mediaType,
    'x-content-type-options': 'nosniff',
  });
  if (close) headers.set(closeHeader, `${close.code} ${encodeURIComponent(close.reason)}`);
  return new Response(frame as Uint8Array<ArrayBuffer>, { headers });
}

/** The session a request names. Throws a Problem where it names none. */
export function sessionOf(request: Request): string {
  const session = request.headers.get(sessionHeader) ?? '';
  if (!/^[\w-]{16,64}$/.test(session)) {
    throw new Problem(
      400,
      'no-session',
      'No session',
      `Name your session in "${sessionHeader}": 16 to 64 letters, digits, "-" or "_", from chance.`,
    );
  }
  return session;
}
