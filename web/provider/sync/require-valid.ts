import { CloseCode } from '../../../protocol/close-codes.ts';
import { ProtocolError } from '../../../protocol/protocol-error.ts';

/** Runs work on updates of the service. Throws a {@link ProtocolError} if that throws. */
export function requireValid<T>(work: () => T): T {
  try {
    return work();
  } catch {
    throw new ProtocolError(CloseCode.malformed, 'Cannot apply update: it is malformed');
  }
}
