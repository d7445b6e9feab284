import type { GuestIdentity } from '../../access/guest-identity.ts';
import type { PresenceUser } from '../../live-editor/live-editor.ts';

const maxNameLength = 40;

/** This browser's guest with the name and colour that the parent sent. Ignores invalid ones. */
export function embedIdentity(guest: GuestIdentity, user: PresenceUser | null): GuestIdentity {
  const { name, color } = user ?? {};
  const isColor = typeof color === 'string' && /^#[0-9a-f]{6}$/i.test(color);
  return {
    ...guest,
    ...(typeof name === 'string' && name.trim() !== '' && {
      name: name.trim().slice(0, maxNameLength),
    }),
    ...(isColor && { color, hasChosenColor: true }),
  };
}
