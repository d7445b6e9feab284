/** The part of the browser's WebSocket that the provider uses. `PolledSocket` implements it over HTTP. */
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

/** The browser's WebSocket class, or a replacement in runtimes without one. */
export type WebSocketClass = new (url: string, protocols: string[]) => WebSocket;
