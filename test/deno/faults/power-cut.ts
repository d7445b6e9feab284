import { dirname } from 'node:path';
import type { Random } from '../../support/random.ts';
import type { JournalRecord } from './journal.ts';

/** The unit in which a system writes cached data to the disk, in bytes. */
const pageBytes = 4096;

interface Change {
  /** A write at this offset, or with `data` null a new length. */
  readonly offset: number;
  readonly data: Uint8Array | null;
}

/** A file, whatever its names. */
class File {
  /** What is on the disk. */
  readonly #durable = new Content();
  /** The changes after that, in order. Those that were synced wait for one before them that was not. */
  #changes: { readonly change: Change; state: 'cached' | 'synced' | 'dropped' }[] = [];

  add(change: Change): void {
    this.#changes.push({ change, state: 'cached' });
  }

  /** A sync succeeds, or fails: then the system drops what it should have written. */
  sync(state: 'synced' | 'dropped'): void {
    for (const entry of this.#changes) if (entry.state === 'cached') entry.state = state;
    while (this.#changes[0]?.state === 'synced') {
      this.#durable.apply(this.#changes.shift()!.change);
    }
  }

  /** Each page that was not synced is there with this probability. */
  surviving(random: Random, odds: number): Uint8Array {
    const content = this.#durable.copy();
    for (const { change, state } of this.#changes) {
      for (const piece of pagesOf(change)) {
        if (state === 'synced' || random.next() < odds) content.apply(piece);
      }
    }
    return content.bytes();
  }
}

/** Bytes that grow. */
class Content {
  #buffer = new Uint8Array();
  #length = 0;

  apply({ offset, data }: Change): void {
    const end = data ? Math.max(this.#length, offset + data.length) : offset;
    if (end > this.#buffer.length) {
      const grown = new Uint8Array(end * 2);
      grown.set(this.bytes());
      this.#buffer = grown;
    }
    if (data) this.#buffer.set(data, offset);
    else this.#buffer.fill(0, end);
    this.#length = end;
  }

  bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  copy(): Content {
    const copy = new Content();
    copy.#buffer = this.bytes().slice();
    copy.#length = this.#length;
    return copy;
  }
}

/** A change of a folder's names. */
type NameChange = (names: Map<string, File | null>) => void;

/**
 * The disk at a moment of a journal, as a strict reading of POSIX allows it after a power failure: what
 * was not synced is there or not, page by page; names are there as far as their folder was synced, or
 * further, in order. After a failed sync, the system takes the data for written and does not write it.
 */
export class PowerCut {
  readonly #folder: string;
  /** The names as the running process sees them. */
  readonly #names = new Map<string, File | null>();
  /** The names on the disk. Null for a folder. */
  readonly #durableNames = new Map<string, File | null>();
  /** The changes of names that are not on the disk, by folder. */
  readonly #cachedNames = new Map<string, NameChange[]>();

  /** `existing`: the folders in `folder` before the journal begins. They are empty. */
  constructor(folder: string, existing: readonly string[]) {
    this.#folder = folder;
    for (const path of existing) {
      for (const names of [this.#names, this.#durableNames]) names.set(`${folder}/${path}`, null);
    }
  }

  replay(record: JournalRecord): void {
    const { type, path, offset, data } = record;
    switch (type) {
      case 'a':
        return;
      case 'c':
        return this.#rename(path, new File());
      case 'm':
        return this.#rename(path, null);
      case 'u':
        return this.#changeNames(path, (names) => names.delete(path));
      case 'r': {
        const to = new TextDecoder().decode(data);
        const file = this.#fileOf(path);
        return this.#changeNames(path, (names) => {
          names.delete(path);
          names.set(to, file);
        });
      }
      case 'w':
        return this.#fileOf(path).add({ offset, data });
      case 't':
        return this.#fileOf(path).add({ offset, data: null });
      case 'f':
        return this.#names.get(path)?.sync('dropped');
      case 's': {
        const file = this.#names.get(path);
        if (file) return file.sync('synced');
        for (const change of this.#cachedNames.get(path) ?? []) change(this.#durableNames);
        this.#cachedNames.delete(path);
      }
    }
  }

  /** Writes what may be on the disk into the folder `to`. Replaying can go on. */
  write(to: string, random: Random): void {
    const names = new Map(this.#durableNames);
    for (const changes of this.#cachedNames.values()) {
      for (const change of changes.slice(0, random.below(changes.length + 1))) change(names);
    }
    // All, none or some of what was not synced.
    const odds = random.pick([0, 0.5, 0.9, 1]);
    for (const [path, file] of [...names].sort(([a], [b]) => a < b ? -1 : 1)) {
      if (path !== this.#folder && !isReachable(names, dirname(path), this.#folder)) continue;
      const target = to + path.slice(this.#folder.length);
      if (file) Deno.writeFileSync(target, file.surviving(random, odds));
      else Deno.mkdirSync(target, { recursive: true });
    }
  }

  #fileOf(path: string): File {
    const file = this.#names.get(path);
    if (!file) throw new Error(`The journal writes to ${path}, which does not exist`);
    return file;
  }

  #rename(path: string, file: File | null): void {
    this.#changeNames(path, (names) => names.set(path, file));
  }

  #changeNames(path: string, change: NameChange): void {
    change(this.#names);
    const folder = dirname(path);
    this.#cachedNames.set(folder, [...this.#cachedNames.get(folder) ?? [], change]);
  }
}

function isReachable(
  names: ReadonlyMap<string, File | null>,
  folder: string,
  root: string,
): boolean {
  return folder === root || (names.has(folder) && isReachable(names, dirname(folder), root));
}

function* pagesOf({ offset, data }: Change): Iterable<Change> {
  if (!data) return yield { offset, data };
  for (let at = 0; at < data.length;) {
    const end = Math.min(at + pageBytes - (offset + at) % pageBytes, data.length);
    yield { offset: offset + at, data: data.subarray(at, end) };
    at = end;
  }
}
