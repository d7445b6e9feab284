import type { FrameUser } from '../../embed/messages.ts';
import type { GuestIdentity } from '../../access/guest-identity.ts';

/** The guest of this browser, as the site around the frame calls them. */
export function embedIdentity(guest: GuestIdentity, user: FrameUser | null): GuestIdentity {
  const { name, color } = user ?? {};
  const isColor = typeof color === 'string' && /^#[0-9a-f]{6}$/i.test(color);
  return {
    ...guest,
    ...(typeof name === 'string' && name.trim() !== '' && { name: name.trim().slice(0, 40) }),
    ...(isColor && { color, hasChosenColor: true }),
  };
}
