import type { Awareness } from 'y-protocols/awareness';
import { initialsOf, inkOn, type Person, readPerson } from '../../../editor/binding/presence.ts';
import type { TokenIdentity } from '../../../access/token-claims.ts';

/** The people who have the document open, including this one. */
export function peopleIn(awareness: Awareness, token: TokenIdentity): Person[] {
  return [...awareness.getStates()].map(([id, state]) => {
    const person = readPerson(id, state);
    // The service adds the user to the entry that other clients receive, not to our own.
    return id === awareness.clientID ? { ...person, isGuest: !token.isKnown } : person;
  });
}

export function avatar(person: Person): HTMLElement {
  const element = document.createElement('span');
  element.className = 'avatar';
  element.style.setProperty('--person', person.color);
  element.style.setProperty('--person-ink', inkOn(person.color));
  // Drawn by the style sheet: as text they would become part of the button's accessible name.
  element.dataset.initials = initialsOf(person.name);
  return element;
}

/** List items, with this person first. Guests are marked only when there are also known users. */
export function entriesOf(people: readonly Person[], ownId: number): HTMLElement[] {
  const self = people.filter(({ clientId }) => clientId === ownId);
  const others = people.filter(({ clientId }) => clientId !== ownId);
  const namesGuests = people.some(({ isGuest }) => !isGuest);
  return [...self, ...others].map((person) => {
    const notes = [
      ...(person.clientId === ownId ? ['you'] : []),
      ...(person.isGuest && namesGuests ? ['guest'] : []),
    ];
    return entry(person, notes.join(', '));
  });
}

function entry(person: Person, note: string): HTMLElement {
  const element = document.createElement('li');
  const name = document.createElement('span');
  name.textContent = person.name;
  name.dir = 'auto';
  element.append(avatar(person), name);
  if (note !== '') {
    const quiet = document.createElement('span');
    quiet.className = 'person-note';
    quiet.textContent = `(${note})`;
    element.append(' ', quiet);
  }
  return element;
}
