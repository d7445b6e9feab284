import { denialHeader, fitReason, type UpgradeRefusal } from '../http/upgrade.ts';

/**
 * Accepts a WebSocket and closes it at once. It must not be a hibernatable one: the platform would
 * keep such a socket for ten seconds when it is closed before its handshake is over.
 */
export function refuseUpgrade({ code, denial, reason, subprotocol }: UpgradeRefusal): Response {
  const { 0: client, 1: server } = new WebSocketPair();
  server.accept();
  server.close(code, fitReason(reason));
  // A browser that offered subprotocols fails the connection if the response names none.
  const headers = new Headers();
  if (subprotocol !== null) headers.set('sec-websocket-protocol', subprotocol);
  if (denial !== null) headers.set(denialHeader, denial);
  return new Response(null, { status: 101, webSocket: client, headers });
}
