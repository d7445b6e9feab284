import { limits } from '../../../protocol/limits.ts';
import { ByteReader } from './byte-reader.ts';
import type { RangesByClient } from './clock-ranges.ts';
import { readDeleteSet } from './delete-set.ts';

/** The kinds of struct, by the low five bits of their first byte (Yjs 13, `src/structs/`). */
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

/** The types of ContentType (Yjs 13, `src/structs/ContentType.js`). */
export const SharedType = {
  array: 0,
  map: 1,
  text: 2,
  xmlElement: 3,
  xmlFragment: 4,
  xmlHook: 5,
  xmlText: 6,
} as const;

/** In place of a client id where a struct has no such reference. */
export const noClient = -1;

/**
 * Reads an update (version 1) struct by struct, without creating one. Call {@link nextClient} and
 * {@link nextStruct} until both return false, then {@link deleteSet}, then {@link expectEnd}. Throws a
 * SyntaxError on bytes that Yjs does not write.
 *
 * It does not check what is inside content: names, keys and JSON. Use it for updates that were
 * validated before they were stored, and a `ContentReader` for others.
 */
export class UpdateReader extends ByteReader {
  /** Count of clients not started yet. */
  clientsLeft: number;
  /** Count of structs of the current client not read yet. */
  structsLeft = 0;

  client = 0;
  // The following fields describe the current struct.
  clock = 0;
  length = 0;
  kind = 0;
  originClient = noClient;
  originClock = 0;
  rightOriginClient = noClient;
  rightOriginClock = 0;
  /** The parent, where the item names one: an item with an origin does not, nor one in a root. */
  parentClient = noClient;
  parentClock = 0;
  /** Whether the item names a key, of a map or of attributes. Only an item without origins does. */
  hasKey = false;
  /** A {@link SharedType}, of an item with such content. */
  sharedType = 0;
  /** Count of the arrays and objects in the plain values of an item, apart from those in JSON. */
  containers = 0;
  /** Start of the content of an item. It ends at `position`. */
  contentPosition = 0;
  #parentNameStart = 0;
  #parentNameEnd = 0;
  #keyStart = 0;
  #keyEnd = 0;

  constructor(update: Uint8Array) {
    super(update);
    this.clientsLeft = this.count(5);
  }

  /** Moves to the next client, once all structs are read. Returns false when there is none. */
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

  /**
   * Moves to the next struct of this client. Returns false when there is none; `clock` is then the
   * end of the last one.
   */
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
    this.containers = 0;
    this.hasKey = false;
    if (this.kind === Kind.gc || this.kind === Kind.skip) {
      // Yjs has two readers, which disagree on these structs when a high bit is set.
      if (info !== this.kind) throw new SyntaxError('Cannot read update: a struct has flags');
      this.length = this.varUint();
    } else {
      this.#readInsertionPoint(info);
      this.contentPosition = this.position;
      this.length = this.#readContent();
    }
    if (this.length === 0) throw new SyntaxError('Cannot read update: a struct is empty');
    return true;
  }

  /** The name of the root that the item names as its parent. Not decoded: a character for each byte. */
  parentName(): string {
    return this.bytesAsText(this.#parentNameStart, this.#parentNameEnd);
  }

  /** The key that the item names, when `hasKey` is set. Not decoded: a character for each byte. */
  keyName(): string {
    return this.bytesAsText(this.#keyStart, this.#keyEnd);
  }

  /** Reads the delete set, which follows the structs. */
  deleteSet(maxRanges = Infinity): RangesByClient {
    return readDeleteSet(this, maxRanges);
  }

  /** Whether the string read last equals this one, of ASCII characters. */
  protected stringIs(expected: string): boolean {
    if (this.position - this.stringStart !== expected.length) return false;
    for (let i = 0; i < expected.length; i++) {
      if (this.bytes[this.stringStart + i] !== expected.charCodeAt(i)) return false;
    }
    return true;
  }

  /** The name of a root or a mark, or a key. */
  protected key(): void {
    this.string();
  }

  /** The name of an XML element or hook. */
  protected elementName(): void {
    this.string();
  }

  protected json(): void {
    this.string();
  }

  /** JSON of ContentJSON, which ContentAny has replaced. `undefined` is a value there. */
  protected legacyJson(): void {
    this.string();
  }

  /** A value as lib0's `writeAny` encodes it, inside `depth` arrays and objects. */
  protected any(depth: number): void {
    const tag = this.byte();
    if (this.skipPlainValue(tag)) return;
    switch (tag) {
      case 127: // undefined
        return;
      case 122: // bigint
        return this.skip(8);
      case 118: // object
        this.containers++;
        for (let left = this.count(2); left > 0; left--) {
          this.key();
          this.any(depth + 1);
        }
        return;
      case 117: // array
        this.containers++;
        for (let left = this.count(1); left > 0; left--) this.any(depth + 1);
        return;
      default:
        throw new SyntaxError('Cannot read update: unknown value type');
    }
  }

  protected subdocument(): void {
    this.string();
    this.any(0);
  }

  #readInsertionPoint(info: number): void {
    if (info & hasOrigin) {
      this.originClient = this.varUint();
      this.originClock = this.varUint();
    }
    if (info & hasRightOrigin) {
      this.rightOriginClient = this.varUint();
      this.rightOriginClock = this.varUint();
    }
    // With an origin the parent is that of the origin, and Yjs ignores the key flag.
    if (info & (hasOrigin | hasRightOrigin)) return;
    const isRoot = this.varUint();
    if (isRoot === 1) {
      this.key();
      this.#parentNameStart = this.stringStart;
      this.#parentNameEnd = this.position;
    } else if (isRoot === 0) {
      this.parentClient = this.varUint();
      this.parentClock = this.varUint();
    } else throw new SyntaxError('Cannot read update: invalid parent');
    this.hasKey = (info & hasKey) !== 0;
    if (this.hasKey) {
      this.key();
      this.#keyStart = this.stringStart;
      this.#keyEnd = this.position;
    }
  }

  /** Reads the content of an item and returns its length in clocks. */
  #readContent(): number {
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
        return this.string();
      case Kind.embed:
        this.json();
        return 1;
      case Kind.format:
        this.key();
        this.json();
        return 1;
      case Kind.type: {
        const type = this.varUint();
        if (type > SharedType.xmlText) {
          throw new SyntaxError('Cannot read update: unknown shared type');
        }
        this.sharedType = type;
        if (type === SharedType.xmlElement || type === SharedType.xmlHook) this.elementName();
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
        throw new SyntaxError('Cannot read update: unknown content type');
    }
  }
}
