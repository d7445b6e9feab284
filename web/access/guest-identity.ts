import { readStored, store } from '../platform/local-storage.ts';

/** How a guest appears to other people. */
export interface GuestIdentity {
  readonly name: string;
  /** `#rrggbb`, from {@link guestColors}. */
  readonly color: string;
  /** Whether the person chose the colour. A random one changes if another person has it. */
  readonly hasChosenColor?: boolean;
}

/** Dark enough for white text (contrast 4.5:1), and different enough to distinguish six people. */
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

/** The guest stored in this browser. At first use, stores a random one, such as "Guest Heron". */
export function loadIdentity(): GuestIdentity {
  const stored = readStored(key);
  if (isIdentity(stored)) return stored;
  const identity = { name: `Guest ${oneOf(animals)}`, color: oneOf(guestColors) };
  store(key, identity);
  return identity;
}

/**
 * A random colour that is not taken, or null if all are. `random` is a number from 0 up to 1. Not the
 * first free colour: two guests who change at the same time would get the same one again.
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
