/** What sync does not need before the first key. Loaded on demand, as one chunk. */
export { hasDigest } from './has-digest.ts';
export { moveForks } from './forks.ts';
