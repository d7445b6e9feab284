import type { Awareness } from 'y-protocols/awareness';
import { initialsOf, inkOn, type Person, readPerson } from '../../../editor/binding/presence.ts';
import type { TokenIdentity } from '../../../access/token-claims.ts';

/** Everybody who has the document open, oneself among them. */
export function peopleHere(awareness: Awareness, token: TokenIdentity): Person[] {
  return [...awareness.getStates()].map(([id, state]) => {
    const person = readPerson(id, state);
    // The service writes into what others see, not into our own entry.
    return id === awareness.clientID ? { ...person, isGuest: !token.isKnown } : person;
  });
}

export function avatar(person: Person): HTMLElement {
  const element = document.createElement('span');
  element.className = 'avatar';
  element.style.setProperty('--person', person.color);
  element.style.setProperty('--person-ink', inkOn(person.color));
  // Drawn by the style sheet: as text they would be read as the name of the button.
  element.dataset.initials = initialsOf(person.name);
  return element;
}

/**
 * The people as a list, oneself first. Who is a guest is said only where others are not: among guests
 * alone it tells nobody anything.
 */
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
