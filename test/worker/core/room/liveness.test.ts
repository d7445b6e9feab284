import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { CloseCode } from '../../../../protocol/close-codes.ts';
import { World } from '../../../support/world.ts';

/** Somebody writes under the client id of a connection that hears what it is sent only now and then. */
function contested(pollInterval: number) {
  const world = new World();
  const bob = world.client().connect();
  const forger = world.client().connect();
  world.settle();
  bob.type('bob');
  world.settle();
  const { wire } = bob;
  wire!.pollInterval = pollInterval;
  const forged = new Y.Doc();
  Y.applyUpdate(forged, Y.encodeStateAsUpdate(bob.doc));
  forged.clientID = bob.id;
  const before = Y.encodeStateVector(forged);
  forged.getText('content').insert(0, 'forged ');
  forger.send({ type: 'update', update: Y.encodeStateAsUpdate(forged, before) });
  while (forger.wire!.deliverToRoom(world));
  return { world, bob, wire: wire! };
}

it('[P8] a client between two of its requests does not lose its place to whoever asks for it', () => {
  const { world, bob, wire } = contested(10_000);
  world.pass(9_000);
  expect(wire.closeCode).toBe(null);
  // Its next request brings the question, and the one after it the answer.
  while (wire.deliverToClient());
  while (wire.deliverToRoom(world));
  world.pass(10_000);
  expect(wire.closeCode).toBe(null);
  bob.type(' goes on');
  world.settle();
  expect(world.stored().getText('content').toString()).toBe('bob goes on');
});

it('[P8] one that does not come back loses it', () => {
  const { world, wire } = contested(10_000);
  world.pass(16_000);
  expect(wire.closeCode).toBe(CloseCode.tryAgainLater);
});
