/** What routes, documents and hosts share about the upgrade to a WebSocket. */
import type { DenialCode, Principal } from '../core/access/principal.ts';

/** On a document's response to a denied upgrade: the `DenialCode`, for the routes, which count denials. */
export const denialHeader = 'edgepad-denied';

/** Carries the principal to a document. Only the routes reach a document, so clients cannot set it. */
const principalHeader = 'edgepad-principal';
/** Carries what counts as the client's address. */
const networkHeader = 'edgepad-network';
/** Carries the origin of the page, for the log. */
const originHeader = 'edgepad-page-origin';

/** The maximum length of the reason in a close frame, in bytes (RFC 6455 section 5.5). */
const maxReasonBytes = 123;

/** A WebSocket that is opened only to be closed: a page cannot see why a handshake failed. */
export interface UpgradeRefusal {
  /** The close code. */
  readonly code: number;
  readonly reason: string;
  /** The value of {@link denialHeader}; null if the refusal is not about access. */
  readonly denial: DenialCode | null;
  /** The subprotocol to answer with; null if the client offers none that we know. */
  readonly subprotocol: string | null;
}

interface ForwardedUpgrade {
  readonly principal: Principal;
  /** What counts as the client's address; null where it is unknown. */
  readonly network: string | null;
  /** The subprotocol to answer with; null if the client offers none that we know. */
  readonly subprotocol: string | null;
  /** The origin of the page; null for a program. */
  readonly origin: string | null;
}

/** Replaces the credential of an upgrade request with its principal. */
export function forwardUpgrade(
  request: Request,
  { principal, subprotocol, network }: Omit<ForwardedUpgrade, 'origin'>,
): Request {
  const { origin, pathname } = new URL(request.url);
  const page = request.headers.get('origin');
  const headers = new Headers({
    upgrade: 'websocket',
    [principalHeader]: encodeURIComponent(JSON.stringify(principal)),
  });
  if (subprotocol !== null) headers.set('sec-websocket-protocol', subprotocol);
  if (network !== null) headers.set(networkHeader, network);
  if (page !== null) headers.set(originHeader, page);
  return new Request(origin + pathname, { headers });
}

/** Reads what {@link forwardUpgrade} wrote. */
export function readForwardedUpgrade({ headers }: Request): ForwardedUpgrade {
  return {
    principal: JSON.parse(decodeURIComponent(headers.get(principalHeader) ?? '')),
    subprotocol: headers.get('sec-websocket-protocol'),
    network: headers.get(networkHeader),
    origin: headers.get(originHeader),
  };
}

/** Shortens a reason to what fits in a close frame. */
export function fitReason(reason: string): string {
  const bytes = new TextEncoder().encode(reason);
  if (bytes.length <= maxReasonBytes) return reason;
  // `stream` drops the rest of a character that was cut.
  return new TextDecoder().decode(bytes.subarray(0, maxReasonBytes), { stream: true });
}
