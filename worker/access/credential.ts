import { credentialProtocolPrefix } from '../../protocol/headers.ts';

/**
 * The key or token of a request; null for none. It is read from the Authorization header, from the
 * WebSocket subprotocols (the only field that a page can set), and last from the URL, for links.
 */
export function credentialFrom(request: Request): string | null {
  const authorization = request.headers.get('authorization');
  if (authorization !== null) {
    // Another scheme is an invalid credential, not a missing one.
    return /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? '';
  }
  const protocol = offeredSubprotocols(request)
    .find((one) => one.startsWith(credentialProtocolPrefix));
  if (protocol !== undefined) return protocol.slice(credentialProtocolPrefix.length);
  return credentialInUrl(new URL(request.url));
}

/** The key or token in the query of a link; null for none. */
export function credentialInUrl({ searchParams }: URL): string | null {
  return searchParams.get('key') ?? searchParams.get('token');
}

export function offeredSubprotocols(request: Request): string[] {
  const header = request.headers.get('sec-websocket-protocol') ?? '';
  return header.split(',').map((entry) => entry.trim());
}
