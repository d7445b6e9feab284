import type { FrameUser } from '../../embed/messages.ts';
import type { Identity } from '../../identity.ts';

/** The guest of this browser, as the site around the frame calls them. */
export function frameIdentity(guest: Identity, user: FrameUser | null): Identity {
  const { name, color } = user ?? {};
  const isColor = typeof color === 'string' && /^#[0-9a-f]{6}$/i.test(color);
  return {
    ...guest,
    ...(typeof name === 'string' && name.trim() !== '' && { name: name.trim().slice(0, 40) }),
    ...(isColor && { color, hasChosenColor: true }),
  };
}
