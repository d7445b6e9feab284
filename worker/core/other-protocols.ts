import { isDocumentName } from '../../protocol/document-name.ts';

const reason =
  'Hocuspocus is another protocol. Use WebsocketProvider of y-websocket, or EdgepadProvider.';

/** What Hocuspocus calls its message about access, and its answer "permission denied". */
const authMessage = 2;
const permissionDenied = 1;

/**
 * The answer to a frame of Hocuspocus' provider, which then emits `authenticationFailed` with the reason;
 * null for another frame. Its frames begin with the name of the document. Closed, it would connect again
 * every second.
 *
 * @see https://github.com/ueberdosis/hocuspocus/blob/main/packages/common/src/auth.ts
 */
export function hocuspocusAnswer(frame: Uint8Array): Uint8Array | null {
  const length = frame[0] ?? 0;
  const type = frame[length + 1];
  if (length === 0 || length > 127 || type === undefined || type > 10) return null;
  const name = frame.subarray(1, length + 1);
  if (!isDocumentName(String.fromCharCode(...name))) return null;
  // All lengths are below 128, and so take one byte.
  const text = [...reason].map((character) => character.charCodeAt(0));
  return Uint8Array.of(length, ...name, authMessage, permissionDenied, text.length, ...text);
}
