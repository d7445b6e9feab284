import { limits } from '../../../protocol/limits.ts';
import { ByteReader } from './byte-reader.ts';
import { type ClockRange, readDeleteSet } from './delete-set.ts';

/** The kinds of struct, by the five low bits of their first byte (Yjs 13, `structs/`). */
export const Kind = {
  gc: 0,
  deleted: 1,
  json: 2,
  binary: 3,
  string: 4,
  embed: 5,
  format: 6,
  type: 7,
  any: 8,
  document: 9,
  skip: 10,
} as const;

const hasOrigin = 0x80;
const hasRightOrigin = 0x40;
const hasKey = 0x20;

const xmlElement = 3;
const xmlHook = 5;
const lastType = 6;

/** Stands in the place of a client id where a struct refers to nothing. */
export const noClient = -1;

/**
 * Walks over an update (version 1) struct by struct, without building one: first clients and their
 * structs, then the delete set, then {@link end}. Throws a SyntaxError on bytes that Yjs did not
 * write.
 *
 * It trusts what is inside of content: names, keys and JSON pass unread. Meant for updates that
 * were inspected before they were stored; `ContentReader` is for the others.
 */
export class UpdateReader extends ByteReader {
  /** Clients not yet begun. */
  clientsLeft: number;
  /** Structs of the present client not yet read. */
  structsLeft = 0;

  client = 0;
  /** Of the present struct, as all that follows. */
  clock = 0;
  length = 0;
  kind = 0;
  originClient = noClient;
  originClock = 0;
  rightOriginClient = noClient;
  rightOriginClock = 0;
  /** The type an item lies in, where it is stated: not for roots, nor beside an origin. */
  parentClient = noClient;
  parentClock = 0;
  /** Whether an item says that it lies under a key, of a map or of attributes; stated as the parent. */
  hasKey = false;
  /** Where the content of an item begins in the bytes; it ends at `position`. */
  contentPosition = 0;
  /** Equal for items that were put between the same neighbours, or first, in the same list. */
  place = 0;

  constructor(update: Uint8Array) {
    super(update);
    this.clientsLeft = this.count(5);
  }

  /** Goes to the next client; false when there is none. Every struct before must have been read. */
  nextClient(): boolean {
    if (this.clientsLeft === 0) return false;
    this.clientsLeft--;
    this.structsLeft = this.count(2);
    if (this.structsLeft === 0) {
      throw new SyntaxError('Cannot read update: a client has no structs');
    }
    this.client = this.varUint();
    this.clock = this.varUint();
    this.length = 0;
    return true;
  }

  /** Goes to the next struct of this client; false when there is none. `clock` is past the last then. */
  nextStruct(): boolean {
    this.clock += this.length;
    if (this.clock > limits.clock) {
      throw new SyntaxError('Cannot read update: a clock is too large');
    }
    this.length = 0;
    if (this.structsLeft === 0) return false;
    this.structsLeft--;
    const info = this.byte();
    this.kind = info & 0x1f;
    this.originClient = this.rightOriginClient = this.parentClient = noClient;
    this.hasKey = false;
    if (this.kind === Kind.gc || this.kind === Kind.skip) {
      // Yjs' two readers disagree on these when the high bits are set.
      if (info !== this.kind) throw new SyntaxError('Cannot read update: a struct has flags');
      this.length = this.varUint();
    } else {
      this.#neighbours(info);
      this.contentPosition = this.position;
      this.length = this.#content();
    }
    if (this.length === 0) throw new SyntaxError('Cannot read update: a struct is empty');
    return true;
  }

  /** The delete set, which follows the structs. Ascending, without overlaps; ranges may touch. */
  deleteSet(most = Infinity): Map<number, ClockRange[]> {
    return readDeleteSet(this, most);
  }

  /** A name in the document: of a root, of a key, of a mark. */
  protected key(): void {
    this.text();
  }

  /** The name of an XML element or hook. */
  protected elementName(): void {
    this.text();
  }

  protected json(): void {
    this.text();
  }

  /** JSON as in the content that predates ContentAny: there `undefined` is a value. */
  protected legacyJson(): void {
    this.text();
  }

  /** Whatever lib0 writes for a value. `depth` is how many arrays and objects it lies in. */
  protected any(depth: number): void {
    switch (this.byte()) {
      case 127: // undefined
      case 126: // null
      case 121: // false
      case 120: // true
        return;
      case 125:
        return this.skipVarInt();
      case 124:
        return this.skip(4);
      case 123: // float64
      case 122: // bigint
        return this.skip(8);
      case 119:
        this.text();
        return;
      case 118:
        for (let left = this.count(2); left > 0; left--) {
          this.key();
          this.any(depth + 1);
        }
        return;
      case 117:
        for (let left = this.count(1); left > 0; left--) this.any(depth + 1);
        return;
      case 116:
        return this.skip(this.varUint());
      default:
        throw new SyntaxError('Cannot read update: unknown kind of value');
    }
  }

  protected subdocument(): void {
    this.text();
    this.any(0);
  }

  #neighbours(info: number): void {
    const start = this.position;
    if (info & hasOrigin) {
      this.originClient = this.varUint();
      this.originClock = this.varUint();
    }
    if (info & hasRightOrigin) {
      this.rightOriginClient = this.varUint();
      this.rightOriginClock = this.varUint();
    }
    // Beside a neighbour the parent is the neighbour's, and whether there is a key does not count.
    let flags = info & (hasOrigin | hasRightOrigin);
    if (flags === 0) {
      flags = info & hasKey;
      const isRoot = this.varUint();
      if (isRoot === 1) this.key();
      else if (isRoot === 0) {
        this.parentClient = this.varUint();
        this.parentClock = this.varUint();
      } else throw new SyntaxError('Cannot read update: neither a root nor a parent');
      this.hasKey = flags !== 0;
      if (this.hasKey) this.key();
    }
    // One place has one encoding, for every part of it is canonical.
    this.place = hash(this.bytes, start, this.position, flags);
  }

  #content(): number {
    switch (this.kind) {
      case Kind.deleted:
        return this.varUint();
      case Kind.json: {
        const length = this.count(1);
        for (let left = length; left > 0; left--) this.legacyJson();
        return length;
      }
      case Kind.binary:
        this.skip(this.varUint());
        return 1;
      case Kind.string:
        return this.text();
      case Kind.embed:
        this.json();
        return 1;
      case Kind.format:
        this.key();
        this.json();
        return 1;
      case Kind.type: {
        const type = this.varUint();
        if (type > lastType) throw new SyntaxError('Cannot read update: unknown type');
        if (type === xmlElement || type === xmlHook) this.elementName();
        return 1;
      }
      case Kind.any: {
        const length = this.count(1);
        for (let left = length; left > 0; left--) this.any(0);
        return length;
      }
      case Kind.document:
        this.subdocument();
        return 1;
      default:
        throw new SyntaxError('Cannot read update: unknown kind of content');
    }
  }
}

/** FNV-1a. Unequal places that collide are harmless: it takes hundreds to be refused. */
function hash(bytes: Uint8Array, start: number, end: number, seed: number): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193); // in bounds
  return hash;
}
