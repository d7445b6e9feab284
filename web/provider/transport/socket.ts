/** What the provider needs of a socket. The browser's WebSocket is one; {@link PolledSocket} another. */
export interface SocketLike {
  /** 1 while it is open, as in the WebSocket standard. */
  readonly readyState: number;
  binaryType: string;
  onopen: (() => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null;
  onerror: (() => void) | null;
  send(data: Uint8Array<ArrayBuffer> | string): void;
  close(code?: number): void;
}

/** What is needed of the WebSocket class; the browser's own, or another for runtimes without one. */
export type WebSocketClass = new (url: string, protocols: string[]) => WebSocket;
