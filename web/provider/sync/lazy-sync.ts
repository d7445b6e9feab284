/** What sync does not need before the first key. Loaded on demand, as one chunk. */
export { findForksWith, moveForks } from './forks.ts';
export { hasDigest } from './has-digest.ts';
export { splitUpdate } from './split-update.ts';
