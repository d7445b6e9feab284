import { CloseCode } from '../../../protocol/close-codes.ts';
import { edgepadProtocol } from '../../../protocol/headers.ts';
import { limits } from '../../../protocol/limits.ts';
import type { Permission } from '../access/principal.ts';
import type { CloseFrame, Connection, ConnectionAttachment } from '../connection.ts';

/**
 * The attachment of a new connection. `subprotocol` is the one negotiated; null when none was. `network`
 * is what counts as the client's address; null where it is unknown.
 */
export function newAttachment(
  permission: Permission,
  subprotocol: string | null,
  network: string | null = null,
): ConnectionAttachment {
  const speaksEdgepad = subprotocol === edgepadProtocol;
  return {
    permission,
    speaksEdgepad,
    network,
    hasDocument: !speaksEdgepad,
    schema: 0,
    clients: [],
    presence: null,
  };
}

/** How to close a new connection when {@link limits.connections} are open; null while there is room. */
export function closeFrameWhenFull(open: Iterable<Connection>): CloseFrame | null {
  let count = 0;
  for (const _ of open) count++;
  if (count < limits.connections) return null;
  return { code: CloseCode.tooMany, reason: 'Too many people are connected. Try again later.' };
}
