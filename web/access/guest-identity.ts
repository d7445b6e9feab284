import { readStored, store } from '../platform/local-storage.ts';

/** How a guest appears to the others. */
export interface GuestIdentity {
  readonly name: string;
  /** `#rrggbb`, from {@link guestColors}. */
  readonly color: string;
  /** Whether the person picked the colour; one that was drawn gives way to somebody else's. */
  readonly hasChosenColor?: boolean;
}

/** Dark enough for white letters (4.5:1), far enough apart to tell six people from each other. */
export const guestColors = [
  '#b4371f',
  '#8a5a00',
  '#3d7317',
  '#00756b',
  '#1769aa',
  '#4d55c7',
  '#8a3fb0',
  '#b02a6b',
] as const;

const animals = [
  'Badger',
  'Bee',
  'Crane',
  'Dolphin',
  'Finch',
  'Fox',
  'Gecko',
  'Hare',
  'Heron',
  'Ibex',
  'Jay',
  'Koala',
  'Lark',
  'Lynx',
  'Marten',
  'Newt',
  'Otter',
  'Owl',
  'Panda',
  'Puffin',
  'Robin',
  'Seal',
  'Swift',
  'Wren',
] as const;

const key = 'edgepad:identity';

/** This browser's guest: the one it kept, or a new one such as "Guest Heron", which it keeps. */
export function loadIdentity(): GuestIdentity {
  const kept = readStored(key);
  if (isIdentity(kept)) return kept;
  const identity = { name: `Guest ${oneOf(animals)}`, color: oneOf(guestColors) };
  store(key, identity);
  return identity;
}

/**
 * A colour that none of these people has, or null where all are taken. `random` is from 0 to 1: two
 * who draw at the same moment should not draw the same again.
 */
export function freeColor(taken: Iterable<string>, random = Math.random()): string | null {
  const used = new Set(taken);
  const free = guestColors.filter((color) => !used.has(color));
  return free[Math.floor(random * free.length)] ?? null;
}

export function saveIdentity(identity: GuestIdentity): void {
  store(key, identity);
}

function isIdentity(value: unknown): value is GuestIdentity {
  return typeof value === 'object' && value !== null && 'name' in value && 'color' in value &&
    typeof value.name === 'string' && value.name.trim() !== '' &&
    guestColors.some((color) => color === value.color);
}

function oneOf<T>(values: readonly [T, ...T[]]): T {
  return values[Math.floor(Math.random() * values.length)] ?? values[0];
}
