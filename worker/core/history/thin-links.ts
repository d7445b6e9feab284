import { UpdateReader } from '../update/update-reader.ts';
import { mergeLinks } from './chain.ts';

/** A link of the chain, oldest first. */
export interface ThinnedLinks {
  readonly links: readonly Uint8Array[];
  /** Whether each link is of a version that is in the list. The newest is kept in any case. */
  readonly listed: readonly boolean[];
  /** Whether each link is kept, however large the chain is. */
  readonly fixed: readonly boolean[];
  readonly maxBytes: number;
  readonly maxCount: number;
}

/** How often a chain is merged to get below its limit. */
const maxRounds = 4;
/** Clocks that a removed version counts as at least. */
const leastFreed = 200;

/**
 * Merges the links of versions that are not listed with the links after them. Over `maxBytes` or
 * `maxCount`, merges more: first those of which the next version deletes most. A flood of large changes then removes
 * itself and not the versions before it. Returns a link for each one that remains, and null for others.
 */
export function thinLinks(
  { links, listed, fixed, maxBytes, maxCount }: ThinnedLinks,
): (Uint8Array | null)[] {
  const keep = listed.map((isListed, i) => isListed || i === links.length - 1);
  let merged = place(mergeLinks(links, keep), keep);
  for (let round = 0; round < maxRounds; round++) {
    const bytes = bytesOf(merged) - maxBytes;
    const count = merged.filter((link) => link !== null).length - maxCount;
    if (bytes <= 0 && count <= 0) break;
    // Some room, so that the next version does not exceed the limit again.
    const dropped = leastValuable(merged, fixed, {
      bytes: bytes > 0 ? bytes + maxBytes / 4 : 0,
      count: count > 0 ? count + maxCount / 4 : 0,
    });
    if (dropped.length === 0) break;
    for (const i of dropped) keep[i] = false;
    merged = place(mergeLinks(links, keep), keep);
  }
  return merged;
}

function place(links: readonly Uint8Array[], keep: readonly boolean[]): (Uint8Array | null)[] {
  let next = 0;
  return keep.map((isKept) => isKept ? links[next++] ?? null : null);
}

function bytesOf(links: readonly (Uint8Array | null)[]): number {
  return links.reduce((sum, link) => sum + (link?.length ?? 0), 0);
}

/** The indexes of links to merge, not two in a row, so many and until that frees about so many bytes. */
function leastValuable(
  links: readonly (Uint8Array | null)[],
  fixed: readonly boolean[],
  { bytes, count }: { readonly bytes: number; readonly count: number },
): number[] {
  const remaining = links.flatMap((link, index) => link ? [{ link, index }] : []);
  const candidates = remaining.slice(0, -1)
    .map(({ link, index }, at) => ({
      index,
      at,
      freed: deletedNext(link, remaining[at + 1]!.link), // the last is not a candidate
    }))
    .filter(({ index }) => !fixed[index])
    .sort((a, b) => b.freed - a.freed || a.at - b.at);
  const dropped = new Set<number>();
  const indexes: number[] = [];
  let freed = 0;
  for (const candidate of candidates) {
    if (freed >= bytes && indexes.length >= count) break;
    if (dropped.has(candidate.at - 1) || dropped.has(candidate.at + 1)) continue;
    dropped.add(candidate.at);
    indexes.push(candidate.index);
    freed += Math.max(candidate.freed, leastFreed);
  }
  return indexes;
}

/** Count of clocks that a link inserts and the next one deletes. */
function deletedNext(link: Uint8Array, next: Uint8Array): number {
  const inserted = new Map<number, { readonly from: number; readonly to: number }>();
  const reader = new UpdateReader(link);
  while (reader.nextClient()) {
    const { client, clock: from } = reader;
    while (reader.nextStruct());
    inserted.set(client, { from, to: reader.clock });
  }
  const later = new UpdateReader(next);
  while (later.nextClient()) while (later.nextStruct());
  let count = 0;
  for (const [client, ranges] of later.deleteSet()) {
    const range = inserted.get(client);
    if (!range) continue;
    for (const { clock, length } of ranges) {
      const from = Math.max(clock, range.from);
      count += Math.max(0, Math.min(clock + length, range.to) - from);
    }
  }
  return count;
}
