import type { Awareness } from 'y-protocols/awareness';
import { freeColor } from '../../../access/guest-identity.ts';
import { readPerson } from '../../../editor/binding/presence.ts';

/** How long a guest waits for another one with the same colour to change first, in milliseconds. */
const yieldDelay = 1500;

/**
 * Changes a random colour that another person has. A guest who joins changes at once. If two guests join
 * at the same time and get the same colour again, the one with the greater client id changes. A colour
 * that the person chose is kept.
 */
export function avoidSameColor(
  awareness: Awareness,
  own: () => { readonly color: string; readonly hasChosenColor?: boolean },
  change: (color: string) => void,
): void {
  let hasMetOthers = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const others = () =>
    [...awareness.getStates()].filter(([id]) => id !== awareness.clientID)
      .map(([id, state]) => readPerson(id, state));
  const withSameColor = () => others().filter(({ color }) => color === own().color);
  const changeColor = () => {
    const color = freeColor(others().map((person) => person.color));
    if (color !== null) change(color);
  };

  const check = () => {
    if (own().hasChosenColor || others().length === 0) return;
    const isNewcomer = !hasMetOthers;
    hasMetOthers = true;
    if (withSameColor().length === 0) return;
    if (isNewcomer) {
      changeColor();
      return;
    }
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (withSameColor().some(({ clientId }) => clientId < awareness.clientID)) changeColor();
    }, yieldDelay);
  };
  awareness.on('change', check);
  // The others may have arrived before this part of the page was loaded.
  check();
}
