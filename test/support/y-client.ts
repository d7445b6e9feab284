import { WebSocket } from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { EdgepadProvider } from '../../web/provider/provider.ts';
import type { WebSocketClass } from '../../web/provider/transport/socket.ts';

// Node 20 has no WebSocket of its own.
const NodeWebSocket = WebSocket as unknown as typeof globalThis.WebSocket;

/** Where documents are, for a provider. */
export function docsUrl(service: string): string {
  return `${service.replace('http', 'ws')}/docs`;
}

/** A stock client: y-websocket's own provider, as anybody would use it. */
export function stockProvider(service: string, name: string, doc = new Y.Doc()): WebsocketProvider {
  return new WebsocketProvider(docsUrl(service), name, doc, {
    WebSocketPolyfill: NodeWebSocket,
    // Else two providers in one process talk to each other past the service.
    disableBc: true,
  });
}

/** Our provider. */
export function ourProvider(service: string, name: string, doc = new Y.Doc()): EdgepadProvider {
  return new EdgepadProvider({
    url: docsUrl(service),
    name,
    doc,
    WebSocket: NodeWebSocket as unknown as WebSocketClass,
  });
}

/** Waits until this holds. The test's own time limit ends what never does. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!await holds()) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** A name nobody used before. */
export function freshName(): string {
  return `test-${Math.random().toString(36).slice(2, 12)}`;
}

/** A document with one line in it, as an update. */
export function line(text: string): Uint8Array {
  const doc = new Y.Doc();
  const paragraph = new Y.XmlElement('paragraph');
  paragraph.insert(0, [new Y.XmlText(text)]);
  doc.getXmlFragment('lines').insert(0, [paragraph]);
  return Y.encodeStateAsUpdate(doc);
}
