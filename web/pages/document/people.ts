import type { Awareness } from 'y-protocols/awareness';
import { initialsOf, inkOn, type Person, readPerson } from '../../editor/presence.ts';
import { guestColors, type Identity, saveIdentity } from '../../identity.ts';

/** How many of the others stand in the bar; the rest is a number. */
const mostAvatars = 3;

export interface PeopleElements {
  /** The button with the avatars, which opens the panel. */
  readonly button: HTMLButtonElement;
  readonly list: HTMLElement;
  readonly name: HTMLInputElement;
  readonly colors: HTMLElement;
}

/**
 * Shows who has the document open, and lets the guest change their own name and colour, which the
 * others see at once.
 */
export function showPeople(awareness: Awareness, initial: Identity, elements: PeopleElements) {
  const { button, list, name, colors } = elements;
  let identity = initial;

  const setIdentity = (change: Partial<Identity>) => {
    identity = { ...identity, ...change };
    saveIdentity(identity);
    awareness.setLocalStateField('user', identity);
  };
  name.value = identity.name;
  name.addEventListener('input', () => {
    if (name.value.trim() !== '') setIdentity({ name: name.value.trim() });
  });
  name.addEventListener('blur', () => {
    name.value = identity.name;
  });
  colors.append(...guestColors.map((color, index) => {
    const swatch = document.createElement('input');
    swatch.type = 'radio';
    swatch.name = 'color';
    swatch.className = 'swatch';
    swatch.checked = color === identity.color;
    swatch.setAttribute('aria-label', `Colour ${index + 1}`);
    swatch.style.setProperty('--person', color);
    swatch.addEventListener('change', () => setIdentity({ color }));
    return swatch;
  }));

  let shown = '';
  const show = () => {
    const states = [...awareness.getStates()];
    const people = states.map(([clientId, state]) => readPerson(clientId, state));
    // Entries change with every caret. Drawn anew under a pressed mouse, nothing would be clicked.
    if (JSON.stringify(people) === shown) return;
    shown = JSON.stringify(people);
    const self = people.find(({ clientId }) => clientId === awareness.clientID);
    const others = people.filter((person) => person !== self);
    const more = others.length - mostAvatars;
    button.replaceChildren(
      ...others.slice(0, mostAvatars).map(avatar),
      ...(more > 0 ? [extra(more)] : []),
      ...(self ? [avatar(self)] : []),
    );
    button.setAttribute(
      'aria-label',
      others.length === 0 ? 'You are alone here' : `${others.length + 1} people here`,
    );
    button.title = people.map((person) => person.name).join(', ');
    list.replaceChildren(...(self ? [entry(self, ' (you)')] : []), ...others.map((o) => entry(o)));
  };
  awareness.on('change', show);
  setIdentity({});
  show();
}

function avatar(person: Person): HTMLElement {
  const element = document.createElement('span');
  element.className = 'avatar';
  element.style.setProperty('--person', person.color);
  element.style.setProperty('--person-ink', inkOn(person.color));
  element.textContent = initialsOf(person.name);
  element.setAttribute('aria-hidden', 'true');
  return element;
}

function extra(count: number): HTMLElement {
  const element = document.createElement('span');
  element.className = 'avatar avatar-more';
  element.textContent = `+${count}`;
  return element;
}

function entry(person: Person, note = ''): HTMLElement {
  const element = document.createElement('li');
  const name = document.createElement('span');
  name.textContent = `${person.name}${note}`;
  name.dir = 'auto';
  element.append(avatar(person), name);
  return element;
}
