/** Stored bytes up to which rendering is too cheap to be limited. */
const unlimitedBytes = 64 * 1024;
/**
 * How long readers are shown one revision, in milliseconds per stored byte. It depends on the size and
 * not on a measured time, because on Cloudflare the clock stands still while code runs.
 */
const msPerByte = { kept: 1 / 1024, loadedElsewhere: 2 / 1024, loadedHere: 8 / 1024 };

/**
 * How long a document of this size is shown in one revision, in milliseconds. `place`: it is kept in
 * memory, or loaded for each rendering, in another thread or in this one, which cannot answer editors
 * meanwhile.
 */
export function revisionInterval(bytes: number, place: keyof typeof msPerByte): number {
  return bytes <= unlimitedBytes ? 0 : bytes * msPerByte[place];
}
