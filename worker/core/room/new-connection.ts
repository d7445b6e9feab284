import { CloseCode } from '../../../protocol/close-codes.ts';
import { edgepadProtocol } from '../../../protocol/headers.ts';
import { limits, workLimits } from '../../../protocol/limits.ts';
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

/**
 * How to close a new connection when {@link limits.connections} are open, or the address `network` has its
 * share of them; null while there is room.
 */
export function closeFrameWhenFull(
  open: Iterable<Connection>,
  network: string | null,
): CloseFrame | null {
  let count = 0;
  let ofAddress = 0;
  for (const { attachment } of open) {
    count++;
    if (network !== null && attachment.network === network) ofAddress++;
  }
  if (ofAddress >= workLimits.connectionsPerAddress) {
    const reason = 'Too many people are connected from your network. Try again later.';
    return { code: CloseCode.tooMany, reason };
  }
  if (count < limits.connections) return null;
  return { code: CloseCode.tooMany, reason: 'Too many people are connected. Try again later.' };
}
