import type { Awareness } from 'y-protocols/awareness';
import { readPerson } from '../../../editor/binding/presence.ts';
import { freeColor } from '../../../access/guest-identity.ts';

/** So long an equal colour of two who were both here before is left to the other to change. */
const patience = 1500;

/**
 * Keeps a guest's drawn colour apart from those of the others. Who comes gives way at once; of two
 * who came together, and drew the same again, the one with the greater client id. A colour that was
 * chosen is kept, whoever else has it.
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
  const equal = () => others().filter(({ color }) => color === own().color);
  const giveWay = () => {
    const color = freeColor(others().map((person) => person.color));
    if (color !== null) change(color);
  };

  awareness.on('change', () => {
    if (own().hasChosenColor || others().length === 0) return;
    const isNew = !hasMetOthers;
    hasMetOthers = true;
    if (equal().length === 0) return;
    if (isNew) {
      giveWay();
      return;
    }
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (equal().some(({ clientId }) => clientId < awareness.clientID)) giveWay();
    }, patience);
  });
}
