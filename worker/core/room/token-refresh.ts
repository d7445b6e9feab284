import { CloseCode } from '../../../protocol/close-codes.ts';
import { encodeMessage } from '../../../protocol/messages.ts';
import { ProtocolError } from '../../../protocol/protocol-error.ts';
import {
  type Denial,
  denialCloseCodes,
  isDenial,
  type Permission,
  readOnlyReason,
} from '../access/principal.ts';
import type { Session } from './session.ts';

/**
 * Replaces the permission of an open connection by that of a new token, and sends the client its role
 * if that changed. Throws {@link ProtocolError} when the token is denied, is bound to another origin, or only
 * allows to read.
 */
export function refreshPermission(session: Session, permission: Permission | Denial): void {
  if (isDenial(permission)) {
    throw new ProtocolError(denialCloseCodes[permission.code], permission.detail);
  }
  const { role: previousRole, token } = session.attachment.permission;
  // The page's origin is unknown by now, but it was checked against the first token.
  if (permission.token?.origin && permission.token.origin !== token?.origin) {
    throw new ProtocolError(
      CloseCode.unauthenticated,
      'This token is bound to the origin of another site',
    );
  }
  session.changeAttachment({ permission });
  if (permission.role === previousRole) return;
  session.send(encodeMessage({ type: 'role', role: permission.role }));
  // Readers get rendered content over HTTP. A connection would show them the document's history.
  if (permission.role === 'view') throw new ProtocolError(CloseCode.forbidden, readOnlyReason);
}
