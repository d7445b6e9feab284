import * as encoding from 'lib0/encoding';
import type { Random } from '../../../support/random.ts';

/** Writes a part of an update. */
export type Part = (encoder: encoding.Encoder) => void;
export type Id = readonly [client: number, clock: number];
export type Structs = readonly [client: number, clock: number, structs: readonly Part[]];
export type Deletes = readonly [client: number, ranges: readonly (readonly [number, number])[]];

/** Encodes an update from its parts, valid or not. */
export function forge(structs: readonly Structs[], deletes: readonly Deletes[] = []): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, structs.length);
  for (const [client, clock, parts] of structs) {
    for (const number of [parts.length, client, clock]) encoding.writeVarUint(encoder, number);
    for (const part of parts) part(encoder);
  }
  encoding.writeVarUint(encoder, deletes.length);
  for (const [client, ranges] of deletes) {
    for (const number of [client, ranges.length, ...ranges.flat()]) {
      encoding.writeVarUint(encoder, number);
    }
  }
  return encoding.toUint8Array(encoder);
}

export const bytes = (...raw: readonly number[]): Part => (encoder) => {
  for (const byte of raw) encoding.writeUint8(encoder, byte);
};
const uints = (...numbers: readonly number[]): Part => (encoder) => {
  for (const number of numbers) encoding.writeVarUint(encoder, number);
};
const varString = (text: string): Part => (encoder) => encoding.writeVarString(encoder, text);
const sequence = (...parts: readonly Part[]): Part => (encoder) => {
  for (const part of parts) part(encoder);
};

export const gc = (length: number): Part => sequence(bytes(0), uints(length));
export const skip = (length: number): Part => sequence(bytes(10), uints(length));

/** The content of an item: its type number and its encoding. */
export type Content = readonly [kind: number, part: Part];
export const deleted = (length: number): Content => [1, uints(length)];
export const json = (values: readonly string[]): Content => [2, (encoder) => {
  encoding.writeVarUint(encoder, values.length);
  for (const value of values) encoding.writeVarString(encoder, value);
}];
export const binary = (length: number): Content => [
  3,
  (encoder) => encoding.writeVarUint8Array(encoder, new Uint8Array(length)),
];
export const text = (value: string): Content => [4, varString(value)];
export const embed = (value: string): Content => [5, varString(value)];
export const format = (
  key: string,
  value: string,
): Content => [6, sequence(varString(key), varString(value))];
export const type = (ref: number, name?: string): Content => [
  7,
  name === undefined ? uints(ref) : sequence(uints(ref), varString(name)),
];
export const any = (values: readonly unknown[]): Content => [8, (encoder) => {
  encoding.writeVarUint(encoder, values.length);
  // lib0 types the argument as less than it encodes.
  for (const value of values) encoding.writeAny(encoder, value as null);
}];
export const subdocument = (): Content => [
  9,
  sequence(varString('guid'), (encoder) => encoding.writeAny(encoder, {})),
];

/** Where an item is inserted. */
export interface Where {
  readonly origin?: Id | undefined;
  readonly right?: Id | undefined;
  /** The name of a root, or a parent item. Only written without origins. */
  readonly parent?: string | Id;
  readonly key?: string | undefined;
}

export function item(where: Where, [kind, content]: Content): Part {
  const { origin, right, parent = 'text', key } = where;
  const namesParent = origin === undefined && right === undefined;
  return sequence(
    bytes(kind | (origin ? 0x80 : 0) | (right ? 0x40 : 0) | (key === undefined ? 0 : 0x20)),
    origin ? uints(...origin) : bytes(),
    right ? uints(...right) : bytes(),
    namesParent
      ? typeof parent === 'string' ? sequence(uints(1), varString(parent)) : uints(0, ...parent)
      : bytes(),
    namesParent && key !== undefined ? varString(key) : bytes(),
    content,
  );
}

/**
 * A few structs of random types at random positions: well-formed, and with references to each other and
 * to the log, but otherwise meaningless. Finds what flipped bits seldom find. `clocks` is the state
 * vector of the log.
 */
export function forgeAtRandom(clocks: ReadonlyMap<number, number>, random: Random): Uint8Array {
  const ends = new Map(clocks);
  const clients = new Set(
    Array.from(
      { length: 1 + random.below(3) },
      () =>
        random.chance(0.7) && clocks.size > 0
          ? random.pick([...clocks.keys()])
          : 1000 + random.below(3),
    ),
  );
  const starts = [...clients].sort((a, b) => random.chance(0.8) ? b - a : a - b).map((client) => {
    const clock = ends.get(client) ?? 0;
    // Earlier structs may refer to later ones.
    ends.set(client, clock + 3);
    return [client, Math.max(0, clock - (random.chance(0.3) ? random.below(4) : 0))] as const;
  });
  const structs = starts.map(([client, start]): Structs => {
    let clock = start;
    const parts: Part[] = [];
    const anyId = (): Id => {
      const [other, end] = random.pick([...ends]);
      return [other, random.below(end)];
    };
    const nearbyId = (to: number): Id => random.chance(0.4) && clock > 0 ? [client, to] : anyId();
    for (let left = 1 + random.below(5); left > 0; left--) {
      const [length, content] = randomContent(random);
      if (content === undefined) parts.push(gc(length));
      else {
        const origin = random.chance(0.55) ? nearbyId(clock - 1) : undefined;
        const right = random.chance(0.45) ? nearbyId(random.below(Math.max(1, clock))) : undefined;
        const roots = ['text', 'lines', 'map', 'array', 'new'];
        const parent = random.chance(0.3)
          ? random.pick(roots)
          : nearbyId(random.below(Math.max(1, clock)));
        const key = random.chance(0.4) ? random.pick(['a', 'b', '', 'kind']) : undefined;
        parts.push(item({ origin, right, parent, key }, content));
      }
      clock += length;
    }
    ends.set(client, Math.max(clock, clocks.get(client) ?? 0));
    return [client, start, parts];
  });
  const deletes: Deletes[] = [];
  for (const [client, end] of ends) {
    const ranges: [number, number][] = [];
    for (let clock = random.below(4); random.chance(0.5);) {
      const length = 1 + random.below(4);
      if (clock + length > end) break;
      ranges.push([clock, length]);
      clock += length + random.below(4);
    }
    if (ranges.length > 0) deletes.push([client, ranges]);
  }
  return forge(structs, deletes);
}

/** `undefined` stands for a GC struct. */
function randomContent(random: Random): [length: number, content: Content | undefined] {
  const length = 1 + random.below(3);
  const times = <T>(values: readonly T[]) => Array.from({ length }, () => random.pick(values));
  switch (random.below(10)) {
    case 0:
      return [length, undefined];
    case 1:
      return [length, deleted(length)];
    case 2:
      return [length, json(times(['1', '"x"', 'undefined', '{}']))];
    case 3:
      return [1, binary(length)];
    case 4:
      return [1, embed('{"a":1}')];
    case 5:
      return [1, format(random.pick(['bold', 'link']), random.pick(['true', 'null', '{}']))];
    case 6: {
      const ref = random.below(7);
      return [1, type(ref, ref === 3 || ref === 5 ? 'p' : undefined)];
    }
    case 7:
      return [length, any(times([null, 1, 'x', {}]))];
    default: {
      const value = random.pick(['x', 'xy', 'xyz', '😀', 'a😀b']);
      return [value.length, text(value)];
    }
  }
}

/** Damages the bytes of an update at random. */
export function damage(update: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  let bytes = [...update];
  for (let times = random.chance(0.3) ? 1 + random.below(3) : 1; times > 0; times--) {
    const at = random.below(bytes.length);
    const length = 1 + random.below(8);
    switch (random.below(8)) {
      case 0:
      case 1:
        bytes[at]! ^= 1 << random.below(8); // `at` is in bounds
        break;
      case 2:
        bytes[at] = random.below(16);
        break;
      case 3:
        bytes = bytes.slice(0, at);
        break;
      case 4: {
        const max = random.chance(0.5) ? 256 : 16;
        bytes.splice(at, 0, ...Array.from({ length }, () => random.below(max)));
        break;
      }
      case 5:
        bytes.splice(at, length);
        break;
      case 6: {
        const from = random.below(other.length);
        bytes.splice(at, random.below(8), ...other.slice(from, from + 2 * length));
        break;
      }
      case 7:
        bytes.splice(random.below(bytes.length), 0, ...bytes.splice(at, length));
        break;
    }
    if (bytes.length === 0) bytes.push(0);
  }
  return Uint8Array.from(bytes);
}
