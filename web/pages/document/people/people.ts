import type { Awareness } from 'y-protocols/awareness';
import type { Person } from '../../../editor/binding/presence.ts';
import { type GuestIdentity, saveIdentity } from '../../../access/guest-identity.ts';
import type { TokenIdentity } from '../../../access/token-claims.ts';
import type { Announcer } from './announcer.ts';
import { avoidSameColor } from './guest-color.ts';
import { bindGuestPanel, type GuestPanelElements } from './guest-panel.ts';
import { avatar, entriesOf, peopleHere } from './person-entry.ts';

/** How many of the others stand in the bar; the rest is a number. */
const mostAvatars = 3;

export interface PeopleElements extends GuestPanelElements {
  /** The button with the avatars, which opens the panel. */
  readonly button: HTMLButtonElement;
  readonly list: HTMLElement;
}

/**
 * Shows who has the document open, and lets the guest change their own name and colour, which the
 * others see at once. `initial` is what they see already; what the token says is not theirs to change.
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
  // Not saved: next time, elsewhere, the kept colour may be free again.
  avoidSameColor(awareness, identity, (color) => setIdentity({ color }));

  const follow = followWhoComes(announcer);
  let shown = '';
  const show = () => {
    const people = peopleHere(awareness, token);
    // Entries change with every caret. Drawn anew under a pressed mouse, nothing would be clicked.
    if (JSON.stringify(people) === shown) return;
    shown = JSON.stringify(people);
    const self = people.find(({ clientId }) => clientId === awareness.clientID);
    const others = people.filter((person) => person !== self);
    follow(others);
    const more = others.length - mostAvatars;
    button.replaceChildren(
      ...others.slice(0, mostAvatars).map(avatar),
      ...(more > 0 ? [extra(more)] : []),
      ...(self ? [avatar(self)] : []),
      count(people.length),
    );
    button.setAttribute(
      'aria-label',
      others.length === 0 ? 'You are alone here' : `${others.length + 1} people here`,
    );
    button.title = people.map((person) => person.name).join(', ');
    list.replaceChildren(...entriesOf(people, awareness.clientID));
  };
  awareness.on('change', show);
  setIdentity({});
  show();
}

/** Tells who came and who went since it was told last, not who was here at the start. */
function followWhoComes(announcer: Announcer): (others: readonly Person[]) => void {
  let told: ReadonlyMap<number, string> | null = null;
  return (others) => {
    const now = new Map(others.map(({ clientId, name }) => [clientId, name]));
    const before = told;
    told = now;
    if (before === null) return;
    const came = [...now].filter(([id]) => !before.has(id)).map(([, name]) => name);
    const went = [...before].filter(([id]) => !now.has(id)).map(([, name]) => name);
    if (came.length > 0) announcer.say('people', `${listed(came)} joined`);
    else if (went.length > 0) announcer.say('people', `${listed(went)} left`);
  };
}

function listed(names: readonly string[]): string {
  return names.length > 2 ? `${names.length} people` : names.join(' and ');
}

function extra(more: number): HTMLElement {
  const element = document.createElement('span');
  element.className = 'avatar avatar-more';
  element.dataset.initials = `+${more}`;
  return element;
}

/** Stands in for the avatars where there is no room for them. */
function count(people: number): HTMLElement {
  const element = document.createElement('span');
  element.className = 'people-count';
  element.dataset.count = String(people);
  return element;
}
