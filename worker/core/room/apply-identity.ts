import type { UserIdentity } from '../access/principal.ts';

/**
 * An awareness state as others get to see it. Who came by a token is who the token says; `user.id` is
 * set here and nowhere else, so that whoever has none is a guest.
 *
 * `state` is JSON that was checked before; null is a withdrawal.
 */
export function applyIdentity(state: string | null, identity: UserIdentity | null): string | null {
  // A key may be spelled with escapes.
  if (state === null || (!identity && !state.includes('"id"') && !state.includes('\\'))) {
    return state;
  }
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

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
