import { guestColors, type GuestIdentity } from '../../../access/guest-identity.ts';
import type { TokenIdentity } from '../../../access/token-claims.ts';

export interface GuestPanelElements {
  readonly name: HTMLInputElement;
  readonly colors: HTMLElement;
}

/** The names of {@link guestColors}, for screen readers and tooltips. */
const colorNames = ['Red', 'Ochre', 'Green', 'Teal', 'Blue', 'Indigo', 'Purple', 'Magenta'];

/** Binds the fields for a guest's name and colour, which cannot be changed if the token contains them. `show` updates the fields. */
export function bindGuestPanel(
  { name, colors }: GuestPanelElements,
  token: TokenIdentity,
  change: (change: Partial<GuestIdentity>) => void,
): { show(identity: GuestIdentity): void } {
  let shown: GuestIdentity | null = null;
  const limit = limitHint(name);
  name.addEventListener('input', () => {
    limit.hidden = name.value.length < name.maxLength;
    if (name.value.trim() !== '') change({ name: name.value.trim() });
  });
  // An empty name is not applied: the field shows the current name again.
  name.addEventListener('blur', () => {
    name.value = shown?.name ?? '';
  });
  const swatches = guestColors.map((color, index) => {
    const swatch = document.createElement('input');
    swatch.type = 'radio';
    swatch.name = 'color';
    swatch.value = color;
    swatch.className = 'swatch';
    swatch.title = colorNames[index] ?? '';
    swatch.setAttribute('aria-label', colorNames[index] ?? color);
    swatch.style.setProperty('--person', color);
    swatch.addEventListener('change', () => change({ color, hasChosenColor: true }));
    return swatch;
  });
  colors.append(...swatches);
  const isColorFixed = token.color !== undefined;
  colors.hidden = isColorFixed;
  if (token.name !== undefined) {
    name.readOnly = true;
    const note = document.createElement('p');
    note.className = 'field-hint';
    note.id = 'guest-note';
    note.textContent = isColorFixed
      ? 'The site you came from sets your name and colour. Change them there.'
      : 'The site you came from sets your name. Change it there.';
    name.setAttribute('aria-describedby', note.id);
    name.parentElement?.after(note);
  }
  return {
    show(identity) {
      shown = identity;
      if (document.activeElement !== name) name.value = identity.name;
      for (const swatch of swatches) swatch.checked = swatch.value === identity.color;
    },
  };
}

/** A note below the field for the name, shown when no more characters fit in it. */
function limitHint(name: HTMLInputElement): HTMLElement {
  const hint = document.createElement('p');
  hint.className = 'field-hint';
  hint.setAttribute('role', 'status');
  hint.textContent = `A name has at most ${name.maxLength} characters.`;
  hint.hidden = true;
  name.parentElement?.after(hint);
  return hint;
}
