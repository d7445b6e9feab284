/**
 * The wire format. A frame holds one or more messages; a message is a type number followed by its
 * fields. Types 0, 1 and 3 are y-protocols as y-websocket speaks them: stock clients send and receive
 * exactly one message per frame. Types from 100 on are exchanged only with clients that offered the
 * subprotocol `edgepad.v1`. docs/PROTOCOL.md shows the bytes.
 *
 * @see https://github.com/yjs/y-protocols/blob/master/PROTOCOL.md
 */
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { CloseCode } from './close-codes.ts';
import { ProtocolError } from './protocol-error.ts';
import { type Role, roles } from './roles.ts';

/** The wire sends an index into this list. */
const unsavedReasons = ['gap', 'read-only', 'full', 'outdated', 'forked', 'not-stored'] as const;

/**
 * Why an update was not stored. `gap`: it depends on updates that the service does not have. `forked`:
 * the service has other content under the same client ids and clocks. `not-stored`: the service cannot
 * write at present, and will ask for the update again.
 */
export type UnsavedReason = (typeof unsavedReasons)[number];

export type Message =
  /** Both: the sender's state vector. Asks for the updates that are missing from it. */
  | { readonly type: 'sync-step-1'; readonly stateVector: Uint8Array }
  /** Both: the answer to sync step 1. From the service: the first sync is complete. */
  | { readonly type: 'sync-step-2'; readonly update: Uint8Array }
  /** Both: a change. */
  | { readonly type: 'update'; readonly update: Uint8Array }
  /** Both: an awareness update; protocol/awareness.ts decodes it. */
  | { readonly type: 'awareness'; readonly update: Uint8Array }
  /** Both: asks for awareness. From the service: asks the client to renew its own entry. */
  | { readonly type: 'query-awareness' }
  /**
   * Client: sync step 1 with the version and epoch up to which the client has everything. `schema` is
   * the schema number of the client's editor, or 0 for none.
   */
  | {
    readonly type: 'resume';
    readonly epoch: string;
    readonly version: number;
    readonly stateVector: Uint8Array;
    readonly schema: number;
  }
  /**
   * Service: first message of the answer to `resume`. The epoch differs for each document created
   * under the same name. `schema` is the highest schema number that any client has written with.
   */
  | {
    readonly type: 'welcome';
    readonly epoch: string;
    readonly version: number;
    readonly role: Role;
    readonly schema: number;
  }
  /**
   * Service: the client has now received every other client's updates up to `version`, and its own
   * next `count` unacknowledged updates are stored.
   */
  | { readonly type: 'saved'; readonly version: number; readonly count: number }
  /** Service: the client's next unacknowledged update was not stored. */
  | { readonly type: 'unsaved'; readonly reason: UnsavedReason }
  /** Both: the next bytes of a frame of `total` bytes that is sent in parts. */
  | { readonly type: 'part'; readonly total: number; readonly bytes: Uint8Array }
  /** Client: asks for a digest of the state that the service holds. */
  | { readonly type: 'compare' }
  /** Service: that digest (protocol/digest.ts), sent after every update that it covers. */
  | { readonly type: 'digest'; readonly digest: Uint8Array }
  /** Client: a fresh token for this connection. */
  | { readonly type: 'token'; readonly token: string }
  /** Service: the client's role from now on. */
  | { readonly type: 'role'; readonly role: Role };

/** A Yjs update without structs and deletions. */
export const emptyUpdate = new Uint8Array([0, 0]);

/** Returns one frame with these messages; an empty one for none. */
export function encodeMessages(messages: readonly Message[]): Uint8Array {
  const encoder = encoding.createEncoder();
  for (const message of messages) writeMessage(encoder, message);
  return encoding.toUint8Array(encoder);
}

/** Returns one frame with one message. */
export function encodeMessage(message: Message): Uint8Array {
  return encodeMessages([message]);
}

/**
 * Decodes a frame into its messages, at least one. Their byte arrays are copies, so that a message
 * does not keep the frame's buffer alive. Throws {@link ProtocolError}: an unknown type (1003),
 * malformed bytes (1007), or more than `maxMessages` messages (1009).
 */
export function decodeMessages(frame: Uint8Array, maxMessages = Infinity): Message[] {
  const decoder = decoding.createDecoder(frame);
  const messages: Message[] = [];
  do {
    if (messages.length >= maxMessages) {
      throw new ProtocolError(CloseCode.tooBig, `Over ${maxMessages} messages in one frame`);
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
      encoding.writeVarUint(encoder, message.schema);
      return;
    case 'welcome':
      encoding.writeUint8(encoder, 101);
      encoding.writeVarString(encoder, message.epoch);
      encoding.writeVarUint(encoder, message.version);
      encoding.writeUint8(encoder, roles.indexOf(message.role));
      encoding.writeVarUint(encoder, message.schema);
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
    case 'part':
      encoding.writeUint8(encoder, 104);
      encoding.writeVarUint(encoder, message.total);
      encoding.writeVarUint8Array(encoder, message.bytes);
      return;
    case 'compare':
      encoding.writeUint8(encoder, 105);
      return;
    case 'digest':
      encoding.writeUint8(encoder, 106);
      encoding.writeVarUint8Array(encoder, message.digest);
      return;
    case 'token':
      encoding.writeUint8(encoder, 107);
      encoding.writeVarString(encoder, message.token);
      return;
    case 'role':
      encoding.writeUint8(encoder, 108);
      encoding.writeUint8(encoder, roles.indexOf(message.role));
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
        schema: read(() => decoding.readVarUint(decoder)),
      };
    case 101:
      return {
        type: 'welcome',
        epoch: read(() => decoding.readVarString(decoder)),
        version: read(() => decoding.readVarUint(decoder)),
        role: readOneOf(decoder, roles),
        schema: read(() => decoding.readVarUint(decoder)),
      };
    case 102:
      return {
        type: 'saved',
        version: read(() => decoding.readVarUint(decoder)),
        count: read(() => decoding.readVarUint(decoder)),
      };
    case 103:
      return { type: 'unsaved', reason: readOneOf(decoder, unsavedReasons) };
    case 104:
      return {
        type: 'part',
        total: read(() => decoding.readVarUint(decoder)),
        bytes: readBytes(decoder),
      };
    case 105:
      return { type: 'compare' };
    case 106:
      return { type: 'digest', digest: readBytes(decoder) };
    case 107:
      return { type: 'token', token: read(() => decoding.readVarString(decoder)) };
    case 108:
      return { type: 'role', role: readOneOf(decoder, roles) };
    default:
      throw new ProtocolError(CloseCode.unknownType, `Cannot decode message: unknown type ${type}`);
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
      throw new ProtocolError(
        CloseCode.unknownType,
        `Cannot decode message: unknown sync step ${step}`,
      );
  }
}

/** Reads an index into `values`. */
function readOneOf<T>(decoder: decoding.Decoder, values: readonly T[]): T {
  const value = values[read(() => decoding.readVarUint(decoder))];
  if (value === undefined) {
    throw new ProtocolError(
      CloseCode.malformed,
      'Cannot decode message: a number without a meaning',
    );
  }
  return value;
}

function readBytes(decoder: decoding.Decoder): Uint8Array {
  return read(() => decoding.readVarUint8Array(decoder)).slice();
}

/** lib0 reports the end of its input by several kinds of plain errors; each means "malformed". */
function read<T>(field: () => T): T {
  try {
    return field();
  } catch {
    throw new ProtocolError(CloseCode.malformed, 'Cannot decode message: unexpected end');
  }
}
