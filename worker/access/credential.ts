import { credentialProtocolPrefix } from '../../protocol/headers.ts';

/**
 * The key or token that a request shows, wherever it shows it; null for none. First where no log
 * sees it: a header, or a WebSocket's subprotocols, which is all that a page can send along; then the
 * address, for links that must work by themselves.
 */
export function credentialFrom(request: Request): string | null {
  const authorization = request.headers.get('authorization');
  if (authorization !== null) {
    // Any other scheme proves nothing here, and is not looked into.
    return /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? '';
  }
  const entry = subprotocolsOf(request).find((one) => one.startsWith(credentialProtocolPrefix));
  if (entry !== undefined) return entry.slice(credentialProtocolPrefix.length);
  const { searchParams } = new URL(request.url);
  return searchParams.get('key') ?? searchParams.get('token');
}

export function subprotocolsOf(request: Request): string[] {
  const header = request.headers.get('sec-websocket-protocol') ?? '';
  return header.split(',').map((entry) => entry.trim());
}
