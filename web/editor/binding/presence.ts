import { isRecord } from '../../../protocol/is-record.ts';

/** A person who has the document open. */
export interface Person {
  readonly clientId: number;
  readonly name: string;
  /** `#rrggbb` */
  readonly color: string;
  /** Whether the name is self-chosen. Other names come from the person's access token. */
  readonly isGuest: boolean;
}

const fallbackColor = '#5b6472';
const maxNameLength = 40;

/**
 * Reads the person from an awareness state. The state is untrusted: any client can write anything.
 */
export function readPerson(clientId: number, state: unknown): Person {
  const user = isRecord(state) && isRecord(state.user) ? state.user : {};
  const name = typeof user.name === 'string' ? user.name.trim().slice(0, maxNameLength) : '';
  const color = typeof user.color === 'string' && /^#[0-9a-f]{6}$/i.test(user.color)
    ? user.color
    : fallbackColor;
  // Only the service sets the id, from a token.
  const isGuest = typeof user.id !== 'string';
  return { clientId, name: name || 'Guest', color, isGuest };
}

/**
 * Whether Yjs can read the positions in this awareness state. It does not check the fields, and one
 * malformed state would stop all remote carets.
 */
export function isReadableCursor(state: unknown): boolean {
  if (!isRecord(state)) return false;
  if (state.user !== undefined && !isRecord(state.user)) return false;
  const { cursor } = state;
  if (cursor === undefined || cursor === null) return true;
  return isRecord(cursor) && isRelativePosition(cursor.anchor) && isRelativePosition(cursor.head);
}

function isRelativePosition(value: unknown): boolean {
  return isRecord(value) && isIdOrAbsent(value.type) && isIdOrAbsent(value.item) &&
    (value.tname === undefined || value.tname === null || typeof value.tname === 'string') &&
    (isIdPresent(value) || typeof value.tname === 'string') &&
    (value.assoc === undefined || typeof value.assoc === 'number');
}

function isIdPresent(position: Record<string, unknown>): boolean {
  return isRecord(position.type) || isRecord(position.item);
}

function isIdOrAbsent(value: unknown): boolean {
  return value === undefined || value === null ||
    (isRecord(value) && isClock(value.client) && isClock(value.clock));
}

function isClock(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** The text colour with the better contrast on `color`. */
export function inkOn(color: string): 'black' | 'white' {
  const [red, green, blue] = [1, 3, 5].map((start) => {
    const value = Number.parseInt(color.slice(start, start + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
  return luminance > 0.179 ? 'black' : 'white';
}

/** The letters that an avatar shows: of the first and last word. */
export function initialsOf(name: string): string {
  const words = name.split(/\s+/).filter((word) => word !== '');
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words;
  return ends.map((word) => [...(word ?? '')][0] ?? '').join('').toUpperCase();
}
