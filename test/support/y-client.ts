import { WebSocket } from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { EdgepadProvider } from '../../web/provider/provider.ts';

// Node 20 has no global WebSocket.
const NodeWebSocket = WebSocket as unknown as typeof globalThis.WebSocket;

/** Returns the WebSocket address of the documents, for a provider. */
export function docsUrl(service: string): string {
  return `${service.replace('http', 'ws')}/docs`;
}

/** Connects a stock client: y-websocket's provider with its defaults. */
export function stockProvider(service: string, name: string, doc = new Y.Doc()): WebsocketProvider {
  return new WebsocketProvider(docsUrl(service), name, doc, {
    WebSocketPolyfill: NodeWebSocket,
    // Otherwise two providers in one process communicate directly.
    disableBc: true,
  });
}

/** Connects our provider. */
export function ourProvider(service: string, name: string, doc = new Y.Doc()): EdgepadProvider {
  return new EdgepadProvider({
    url: docsUrl(service),
    name,
    doc,
    WebSocket,
  });
}

/** Waits until the condition holds, at most until the test times out. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!await holds()) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Returns an unused document name. */
export function freshName(): string {
  return `test-${Math.random().toString(36).slice(2, 12)}`;
}

/** Returns an update of a document with one line. */
export function line(text: string): Uint8Array {
  const doc = new Y.Doc();
  const paragraph = new Y.XmlElement('paragraph');
  paragraph.insert(0, [new Y.XmlText(text)]);
  doc.getXmlFragment('lines').insert(0, [paragraph]);
  return Y.encodeStateAsUpdate(doc);
}
