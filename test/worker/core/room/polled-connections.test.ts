import { permissionOf } from '../../../../worker/core/access/principal.ts';
import { describe, expect, it } from 'vitest';
import { CloseCode } from '../../../../protocol/close-codes.ts';
import { limits, workLimits } from '../../../../protocol/limits.ts';
import { encodeMessage, encodeMessages, type Message } from '../../../../protocol/messages.ts';
import { World } from '../../../support/world.ts';

const resume: Message = {
  type: 'resume',
  epoch: '',
  version: 0,
  stateVector: new Uint8Array([0]),
  schema: 0,
};

const client = { permission: permissionOf('edit'), network: null };

function ask(world: World, sessionId: string, ...messages: Message[]) {
  const frame = messages.length > 0 ? encodeMessages(messages) : new Uint8Array();
  return world.polled.exchange(sessionId, client, frame);
}

describe('connections over HTTP requests', () => {
  it('[P8] count towards the connection limit', () => {
    const world = new World();
    const ann = world.client().connect();
    world.settle();
    for (let i = 1; i < limits.connections; i++) {
      expect(ask(world, `${i}`, resume).close).toBe(null);
    }
    expect(ask(world, 'one more', resume).close?.code).toBe(CloseCode.tooMany);
    expect([...world.polled]).toHaveLength(limits.connections - 1);
    world.polled.end('7', permissionOf('edit'));
    expect(ask(world, 'one more', resume).close).toBe(null);
    expect(ann.connection?.isOpen).toBe(true);
  });

  it('[P8] of one address leave room for others', () => {
    const world = new World();
    world.client().connect();
    world.settle();
    const frame = encodeMessage(resume);
    const from = (network: string | null, session: string) =>
      world.polled.exchange(session, { ...client, network }, frame).close?.code ?? null;
    for (let i = 0; i < workLimits.connectionsPerAddress; i++) {
      expect(from('192.0.2.66', `${i}`)).toBe(null);
    }
    expect(from('192.0.2.66', 'one more')).toBe(CloseCode.tooMany);
    expect(from('192.0.2.67', 'neighbour')).toBe(null);
    expect(from(null, 'unknown')).toBe(null);
    world.polled.end('7', permissionOf('edit'));
    expect(from('192.0.2.66', 'one more')).toBe(null);
  });

  it('[P8] are closed when too many bytes wait, and get all of them on reconnecting', () => {
    const world = new World();
    const ann = world.client().connect();
    world.settle();
    ask(world, 'bob', resume);
    ann.type('x'.repeat(limits.unconfirmedBytes + 1000));
    while (ann.connection!.deliverToRoom(world));
    world.pass(limits.broadcastWindow);
    const { close, frame } = ask(world, 'bob');
    expect(close?.code).toBe(CloseCode.tryAgainLater);
    expect(frame.length).toBe(0);
    expect(ask(world, 'bob', resume).frame.length).toBeGreaterThan(limits.unconfirmedBytes);
  });

  it('[P8] get a long answer with their request, but none is kept for a later one', () => {
    const world = new World();
    const ann = world.client().connect();
    world.settle();
    ann.type('x'.repeat(limits.unconfirmedBytes + 1000));
    while (ann.connection!.deliverToRoom(world));
    world.pass(limits.broadcastWindow);
    const stateVector = world.log.state.encodeStateVector();
    ask(world, 'bob', { ...resume, stateVector });
    // So many that the last one is queued and answered between two requests.
    const many: Message[] = Array.from({ length: 20 }, () => ({ type: 'query-awareness' }));
    ask(world, 'bob', ...many, resume);
    world.pass(1000);
    expect(ask(world, 'bob').close?.code).toBe(CloseCode.tryAgainLater);
  });

  it('[P8] do not begin with a frame of too many messages', () => {
    const world = new World();
    const one = encodeMessage({ type: 'query-awareness' });
    const frame = new Uint8Array(limits.messageBytes).fill(one[0]!);
    frame.set(encodeMessage(resume));
    expect(world.polled.exchange('bob', client, frame).close).not.toBe(
      null,
    );
    expect([...world.polled]).toHaveLength(0);
  });

  it('[P8] do not begin with a frame that is malformed, and say so', () => {
    const world = new World();
    const junk = new TextEncoder().encode('{"type":"resume"}');
    expect(world.polled.exchange('bob', client, junk).close).toEqual({
      code: CloseCode.unknownType,
      reason: expect.stringContaining('unknown type 123'),
    });
    const late = encodeMessage({ type: 'query-awareness' });
    expect(world.polled.exchange('bob', client, late).close?.reason).toContain('has ended');
  });

  it('[P4] end when no request comes for long', () => {
    const world = new World();
    ask(world, 'bob', resume);
    world.pass(limits.sessionTimeout - 1);
    ask(world, 'bob');
    world.pass(limits.sessionTimeout);
    world.pass(limits.sessionTimeout);
    expect([...world.polled]).toHaveLength(0);
    expect(world.timers).toBe(0);
    // The session id is free again.
    expect(ask(world, 'bob', resume).close).toBe(null);
  });
});
