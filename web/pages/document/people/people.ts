import type { Awareness } from 'y-protocols/awareness';
import type { Person } from '../../../editor/binding/presence.ts';
import { type GuestIdentity, saveIdentity } from '../../../access/guest-identity.ts';
import type { TokenIdentity } from '../../../access/token-claims.ts';
import type { Announcer } from '../bar/announcer.ts';
import { avoidSameColor } from './guest-color.ts';
import { bindGuestPanel, type GuestPanelElements } from './guest-panel.ts';
import { avatar, entriesOf, peopleIn } from './person-entry.ts';

/** Maximum number of avatars of other people in the bar; a number replaces the rest. */
const maxAvatars = 3;

interface PeopleElements extends GuestPanelElements {
  /** The button with the avatars, which opens the panel. */
  readonly button: HTMLButtonElement;
  readonly list: HTMLElement;
}

/**
 * Shows the people who have the document open, and lets a guest change their own name and colour.
 * `initial` is the identity that other people see already. A name or colour in the token cannot be changed.
 */
export function showPeople(
  awareness: Awareness,
  initial: GuestIdentity,
  token: TokenIdentity,
  elements: PeopleElements,
  announcer: Announcer,
): void {
  const { button, list } = elements;
  let guest = initial;
  const identity = (): GuestIdentity => ({
    ...guest,
    name: token.name ?? guest.name,
    color: token.color ?? guest.color,
    hasChosenColor: guest.hasChosenColor === true || token.color !== undefined,
  });
  const setIdentity = (change: Partial<GuestIdentity>) => {
    guest = { ...guest, ...change };
    const { name, color } = identity();
    awareness.setLocalStateField('user', { name, color });
    panel.show(identity());
  };
  const panel = bindGuestPanel(elements, token, (change) => {
    setIdentity(change);
    saveIdentity(guest);
  });
  // Not saved: in another document the stored colour may be free.
  avoidSameColor(awareness, identity, (color) => setIdentity({ color }));

  const announce = announceChanges(announcer);
  let shown = '';
  const show = () => {
    const people = peopleIn(awareness, token);
    // Awareness changes with every caret. Replacing a button under a pressed mouse loses the click.
    if (JSON.stringify(people) === shown) return;
    shown = JSON.stringify(people);
    const self = people.find(({ clientId }) => clientId === awareness.clientID);
    const others = people.filter((person) => person !== self);
    announce(others);
    const more = others.length - maxAvatars;
    button.replaceChildren(
      ...others.slice(0, maxAvatars).map(avatar),
      ...(more > 0 ? [overflowAvatar(more)] : []),
      ...(self ? [avatar(self)] : []),
      peopleCount(people.length),
    );
    button.setAttribute(
      'aria-label',
      others.length === 0 ? 'You’re the only one here' : `${others.length + 1} people here`,
    );
    button.title = people.map((person) => person.name).join(', ');
    list.replaceChildren(...entriesOf(people, awareness.clientID));
  };
  awareness.on('change', show);
  setIdentity({});
  show();
}

/** Announces people who joined or left since the last call; the first call announces nothing. */
function announceChanges(announcer: Announcer): (others: readonly Person[]) => void {
  let known: ReadonlyMap<number, string> | null = null;
  return (others) => {
    const now = new Map(others.map(({ clientId, name }) => [clientId, name]));
    const before = known;
    known = now;
    if (before === null) return;
    const joined = [...now].filter(([id]) => !before.has(id)).map(([, name]) => name);
    const left = [...before].filter(([id]) => !now.has(id)).map(([, name]) => name);
    if (joined.length > 0) announcer.announce('people', `${listed(joined)} joined`);
    else if (left.length > 0) announcer.announce('people', `${listed(left)} left`);
  };
}

function listed(names: readonly string[]): string {
  return names.length > 2 ? `${names.length} people` : names.join(' and ');
}

/** The number of people whose avatars are not shown. */
function overflowAvatar(more: number): HTMLElement {
  const element = document.createElement('span');
  element.className = 'avatar avatar-more';
  element.dataset.initials = `+${more}`;
  return element;
}

/** The number that replaces the avatars where there is no room for them. */
function peopleCount(people: number): HTMLElement {
  const element = document.createElement('span');
  element.className = 'people-count';
  element.dataset.count = String(people);
  return element;
}
