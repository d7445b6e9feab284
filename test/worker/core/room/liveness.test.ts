import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { CloseCode } from '../../../../protocol/close-codes.ts';
import { World } from '../../../support/world.ts';

/** Another client writes under the client id of Bob, who receives frames only when he polls. */
function pollingOwner(pollInterval: number) {
  const world = new World();
  const bob = world.client().connect();
  const hostile = world.client().connect();
  world.settle();
  bob.type('bob');
  world.settle();
  const { connection } = bob;
  connection!.pollInterval = pollInterval;
  const forged = new Y.Doc();
  Y.applyUpdate(forged, Y.encodeStateAsUpdate(bob.doc));
  forged.clientID = bob.id;
  const before = Y.encodeStateVector(forged);
  forged.getText('content').insert(0, 'forged ');
  hostile.send({ type: 'update', update: Y.encodeStateAsUpdate(forged, before) });
  while (hostile.connection!.deliverToRoom(world));
  return { world, bob, connection: connection! };
}

it('[P8] does not close a polling client between two of its requests', () => {
  const { world, bob, connection } = pollingOwner(10_000);
  world.pass(9_000);
  expect(connection.closeCode).toBe(null);
  // Its next request collects the probe, and the one after that brings the answer.
  while (connection.deliverToClient());
  while (connection.deliverToRoom(world));
  world.pass(10_000);
  expect(connection.closeCode).toBe(null);
  bob.type(' goes on');
  world.settle();
  expect(world.stored().getText('content').toString()).toBe('bob goes on');
});

it('[P8] closes a polling client that sends no further request', () => {
  const { world, connection } = pollingOwner(10_000);
  world.pass(16_000);
  expect(connection.closeCode).toBe(CloseCode.tryAgainLater);
});
