import { describe, expect, it } from 'vitest';
import { type Mutation, mutantSimulator } from '../support/simulator/bundle.ts';

/** For each promise a way to break it, which the simulator has to notice. */
const mutations: readonly (Mutation & { readonly promise: string })[] = [
  {
    promise: 'I1',
    name: 'an update is sent before it is stored',
    file: 'worker/core/room.ts',
    find: 'this.#log.append(update,',
    replace: 'this.#fanOut.push(update, author); this.#log.append(update,',
  },
  {
    promise: 'I2',
    name: 'an update is acknowledged before it is stored',
    file: 'worker/core/room.ts',
    find: 'this.#log.append(update,',
    replace: 'this.#fanOut.acknowledge(author); this.#fanOut.flush(); this.#log.append(update,',
  },
  {
    promise: 'I2',
    name: 'an update that was not stored is acknowledged',
    file: 'worker/core/room.ts',
    find: "this.#reject(author, 'gap');",
    replace: 'this.#fanOut.acknowledge(author);',
  },
  {
    promise: 'I3',
    name: 'an update does not reach the one who connected last',
    file: 'worker/core/fan-out.ts',
    find: 'for (const connection of this.#host.connections()) {',
    replace: 'for (const connection of [...this.#host.connections()].slice(0, 3)) {',
  },
  {
    promise: 'I3',
    name: 'resume skips one update',
    file: 'worker/core/update-log.ts',
    find: ': this.#readUpdates(version);',
    replace: ': this.#readUpdates(version).slice(1);',
  },
  {
    promise: 'I3',
    name: 'a joiner is not told of deletions',
    file: 'worker/core/sync-answer.ts',
    find: 'return [...log.tail(), encodeDeletes(log.known)];',
    replace: 'return log.tail();',
  },
  {
    promise: 'I4',
    name: 'a gap is stored',
    file: 'worker/core/room.ts',
    find: "if (inspection.type === 'gap') {",
    replace: "if (inspection.type === 'gap' && update.length % 2 === 0) {",
  },
];

describe('a broken core is found out', () => {
  for (const mutation of mutations) {
    it(`[${mutation.promise}] ${mutation.name}`, async () => {
      const { findFailure } = await mutantSimulator(mutation);
      const failure = findFailure(1, 500, 150);
      console.log(`${mutation.name}: seed ${failure?.seed}, ${failure?.error.message.slice(0, 80)}`);
      expect(failure).not.toBeNull();
    });
  }
});
