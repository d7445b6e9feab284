import { encodeUtf8, utf8ByteLength } from 'lib0/string';
import { CloseCode } from '../../../../protocol/close-codes.ts';
import { isRecord } from '../../../../protocol/is-record.ts';
import { limits } from '../../../../protocol/limits.ts';
import { ProtocolError } from '../../../../protocol/protocol-error.ts';
import type { UserIdentity } from '../../access/principal.ts';
import { checkJson } from '../../update/json-check.ts';

/** Max bytes that the name and color of a token add to a state. */
const identityBytes = 1024;

/**
 * An awareness state as other clients receive it: with the user of the token, if there is one. Only the
 * service sets `user.id`, so an entry without it is a guest's.
 *
 * `state` is valid JSON, or null for a withdrawal. Throws {@link ProtocolError} for a key `__proto__`,
 * and when the result exceeds {@link limits.awarenessStateBytes} by more than the identity: re-encoding a
 * number such as `1e20` makes it longer, and the state must fit into the attachment.
 */
export function applyIdentity(state: string | null, identity: UserIdentity | null): string | null {
  if (state === null) return null;
  // Rejects the key `__proto__`: a client that copies it would read an id that the service did not set.
  if (/__proto__|\\u/.test(state)) {
    const bytes = encodeUtf8(state);
    checkJson(bytes, { start: 0, end: bytes.length });
  }
  const result = withIdentity(state, identity);
  if (result === state) return state;
  if (utf8ByteLength(result) <= limits.awarenessStateBytes + identityBytes) return result;
  throw new ProtocolError(
    CloseCode.tooBig,
    `Cannot accept awareness: state over ${limits.awarenessStateBytes} bytes`,
  );
}

function withIdentity(state: string, identity: UserIdentity | null): string {
  // A key may be written with escapes.
  if (!identity && !state.includes('"id"') && !state.includes('\\')) return state;
  const value: unknown = JSON.parse(state);
  if (!isRecord(value)) return identity ? JSON.stringify({ user: userOf({}, identity) }) : state;
  const { user } = value;
  if (!identity && !isRecord(user)) return state;
  return JSON.stringify({ ...value, user: userOf(isRecord(user) ? user : {}, identity) });
}

function userOf(
  { id: _, ...chosen }: Readonly<Record<string, unknown>>,
  identity: UserIdentity | null,
): Readonly<Record<string, unknown>> {
  const { id, name, color } = identity ?? { id: null, name: null, color: null };
  return {
    ...chosen,
    ...id === null ? {} : { id },
    ...name === null ? {} : { name },
    ...color === null ? {} : { color },
  };
}
