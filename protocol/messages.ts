/**
 * The wire. A frame holds one or more messages, one after the other; a message is a type and its
 * fields. Types 0, 1 and 3 are y-protocols as y-websocket speaks them (stock clients put exactly one
 * message into a frame, and get exactly one). Types from 100 on go only to and from clients that
 * asked for the subprotocol {@link edgepadProtocol}. docs/PROTOCOL.md shows the bytes.
 *
 * @see https://github.com/yjs/y-protocols/blob/master/PROTOCOL.md
 */
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { CloseCode } from './close-codes.ts';
import { Refusal } from './refusal.ts';

/** The WebSocket subprotocol by which a client announces that it understands types from 100 on. */
export const edgepadProtocol = 'edgepad.v1';

/** Why an update was not stored. */
export type UnsavedReason = 'gap' | 'read-only' | 'full';

export type Message =
  /** "This is what I have": asks for what is missing. */
  | { readonly type: 'sync-step-1'; readonly stateVector: Uint8Array }
  /** What the other side lacked. From the service: the first sync is complete. */
  | { readonly type: 'sync-step-2'; readonly update: Uint8Array }
  | { readonly type: 'update'; readonly update: Uint8Array }
  /** An awareness update, as protocol/awareness.ts reads it. */
  | { readonly type: 'awareness'; readonly update: Uint8Array }
  /** "Say who you are again": to a client, a request to renew its awareness. */
  | { readonly type: 'query-awareness' }
  /** Client: like sync step 1, and "I have all there was at this version of this epoch". */
  | {
    readonly type: 'resume';
    readonly epoch: string;
    readonly version: number;
    readonly stateVector: Uint8Array;
  }
  /** Service: opens the answer to `resume`. The epoch changes when a document is made anew. */
  | { readonly type: 'welcome'; readonly epoch: string; readonly version: number }
  /**
   * Service: you have been sent all that others did up to this version, and the next `count` of your
   * own updates not yet answered are stored.
   */
  | { readonly type: 'saved'; readonly version: number; readonly count: number }
  /** Service: the next of your updates not yet answered was not stored. */
  | { readonly type: 'unsaved'; readonly reason: UnsavedReason };

const unsavedReasons: readonly UnsavedReason[] = ['gap', 'read-only', 'full'];

/** One frame with these messages in it. Empty for none. */
export function encodeMessages(messages: readonly Message[]): Uint8Array {
  const encoder = encoding.createEncoder();
  for (const message of messages) writeMessage(encoder, message);
  return encoding.toUint8Array(encoder);
}

/** One frame with one message. */
export function encodeMessage(message: Message): Uint8Array {
  return encodeMessages([message]);
}

/**
 * The messages of a frame, at least one. The byte arrays in them are copies: nothing keeps the
 * frame, or whatever lies beside it in memory, alive. Throws {@link Refusal}: an unknown type (1003),
 * malformed bytes (1007), or more than `most` messages (1009).
 */
export function decodeMessages(frame: Uint8Array, most = Infinity): Message[] {
  const decoder = decoding.createDecoder(frame);
  const messages: Message[] = [];
  do {
    if (messages.length >= most) {
      throw new Refusal(CloseCode.tooBig, `Over ${most} messages in one frame`);
    }
    messages.push(readMessage(decoder));
  } while (decoding.hasContent(decoder));
  return messages;
}

function writeMessage(encoder: encoding.Encoder, message: Message): void {
  switch (message.type) {
    case 'sync-step-1':
      encoding.writeUint8(encoder, 0);
      encoding.writeUint8(encoder, 0);
      encoding.writeVarUint8Array(encoder, message.stateVector);
      return;
    case 'sync-step-2':
      encoding.writeUint8(encoder, 0);
      encoding.writeUint8(encoder, 1);
      encoding.writeVarUint8Array(encoder, message.update);
      return;
    case 'update':
      encoding.writeUint8(encoder, 0);
      encoding.writeUint8(encoder, 2);
      encoding.writeVarUint8Array(encoder, message.update);
      return;
    case 'awareness':
      encoding.writeUint8(encoder, 1);
      encoding.writeVarUint8Array(encoder, message.update);
      return;
    case 'query-awareness':
      encoding.writeUint8(encoder, 3);
      return;
    case 'resume':
      encoding.writeUint8(encoder, 100);
      encoding.writeVarString(encoder, message.epoch);
      encoding.writeVarUint(encoder, message.version);
      encoding.writeVarUint8Array(encoder, message.stateVector);
      return;
    case 'welcome':
      encoding.writeUint8(encoder, 101);
      encoding.writeVarString(encoder, message.epoch);
      encoding.writeVarUint(encoder, message.version);
      return;
    case 'saved':
      encoding.writeUint8(encoder, 102);
      encoding.writeVarUint(encoder, message.version);
      encoding.writeVarUint(encoder, message.count);
      return;
    case 'unsaved':
      encoding.writeUint8(encoder, 103);
      encoding.writeUint8(encoder, unsavedReasons.indexOf(message.reason));
      return;
  }
}

function readMessage(decoder: decoding.Decoder): Message {
  const type = read(() => decoding.readVarUint(decoder));
  switch (type) {
    case 0:
      return readSyncMessage(decoder);
    case 1:
      return { type: 'awareness', update: readBytes(decoder) };
    case 3:
      return { type: 'query-awareness' };
    case 100:
      return {
        type: 'resume',
        epoch: read(() => decoding.readVarString(decoder)),
        version: read(() => decoding.readVarUint(decoder)),
        stateVector: readBytes(decoder),
      };
    case 101:
      return {
        type: 'welcome',
        epoch: read(() => decoding.readVarString(decoder)),
        version: read(() => decoding.readVarUint(decoder)),
      };
    case 102:
      return {
        type: 'saved',
        version: read(() => decoding.readVarUint(decoder)),
        count: read(() => decoding.readVarUint(decoder)),
      };
    case 103: {
      const reason = unsavedReasons[read(() => decoding.readVarUint(decoder))];
      if (!reason) throw new Refusal(CloseCode.malformed, 'Cannot decode message: unknown reason');
      return { type: 'unsaved', reason };
    }
    default:
      throw new Refusal(CloseCode.unknownType, `Cannot decode message: unknown type ${type}`);
  }
}

function readSyncMessage(decoder: decoding.Decoder): Message {
  const step = read(() => decoding.readVarUint(decoder));
  switch (step) {
    case 0:
      return { type: 'sync-step-1', stateVector: readBytes(decoder) };
    case 1:
      return { type: 'sync-step-2', update: readBytes(decoder) };
    case 2:
      return { type: 'update', update: readBytes(decoder) };
    default:
      throw new Refusal(CloseCode.unknownType, `Cannot decode message: unknown sync step ${step}`);
  }
}

function readBytes(decoder: decoding.Decoder): Uint8Array {
  return read(() => decoding.readVarUint8Array(decoder)).slice();
}

/** lib0 reports the end of its input by plain errors of several kinds: all mean "malformed". */
function read<T>(field: () => T): T {
  try {
    return field();
  } catch {
    throw new Refusal(CloseCode.malformed, 'Cannot decode message: unexpected end');
  }
}
