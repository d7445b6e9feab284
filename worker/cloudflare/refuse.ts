import { denialHeader } from '../access/authorized-document.ts';
import type { UpgradeRefusal } from '../app.ts';
import { fitReason } from '../http/close-reason.ts';

/**
 * Accepts a WebSocket and closes it at once, with the reason. Not one that hibernates: closed before
 * the handshake is over, it would hold its place and be told nothing for ten seconds.
 */
export function refuse({ code, denied, reason, subprotocol }: UpgradeRefusal): Response {
  const { 0: client, 1: server } = new WebSocketPair();
  server.accept();
  server.close(code, fitReason(reason));
  // A browser that asked for a subprotocol gives up where the answer names none.
  const headers = new Headers();
  if (subprotocol !== null) headers.set('sec-websocket-protocol', subprotocol);
  if (denied !== undefined) headers.set(denialHeader, denied);
  return new Response(null, { status: 101, webSocket: client, headers });
}
