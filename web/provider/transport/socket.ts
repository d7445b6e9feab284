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

/**
 * The browser's WebSocket class, or one with the same interface, such as that of the package `ws`. Lists
 * only members whose types all of them share.
 */
export type WebSocketClass = new (url: string, protocols: string[]) => {
  readonly readyState: number;
  send(data: Uint8Array<ArrayBuffer>): void;
  close(code?: number): void;
};
