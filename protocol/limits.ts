/**
 * Every limit of the service, in one place. What the sender is told when it goes over one stands
 * beside the number; docs/PROTOCOL.md lists them for users. Those of tokens are in token-limits.ts.
 */
const KiB = 1024;
const MiB = 1024 * KiB;

export const limits = {
  /**
   * One WebSocket message. A stock client that comes back with a big offline document sends all of
   * it in one frame. Over it: closed with 1009.
   */
  messageBytes: 8 * MiB,
  /** Longer frames, to and from clients that speak `edgepad.v1`, go in parts of so many bytes. */
  partBytes: 256 * KiB,
  /**
   * Parts of frames that are not whole yet, of all clients of a document together. Who sends more is
   * closed with 1013, and comes back when there is room.
   */
  pendingPartBytes: 32 * MiB,
  /** How long the next part may be in coming, in milliseconds. Over it: closed with 1013. */
  partTimeout: 60_000,
  /** Messages in one frame from a client. Over it: closed with 1009. */
  messagesPerFrame: 64,
  /**
   * One row of SQLite: 2 MB on Cloudflare, 4 MB in local runs, so only code can catch the smaller.
   * Nobody is refused: larger values lie in parts.
   */
  rowBytes: 1 * MiB,
  /** Rows of the update log before it is compacted. */
  tailRows: 500,
  /** Bytes of the update log before it is compacted. */
  tailBytes: 256 * KiB,
  /** A state vector in sync step 1. Over it: closed with 1009. */
  stateVectorBytes: 256 * KiB,
  /** Structs in one update. Over it: closed with 1009. */
  updateStructs: 1_000_000,
  /** Distinct clients in one update. Over it: closed with 1009. */
  updateClients: 1024 * 16,
  /** Delete ranges in one update. Over it: closed with 1009. */
  updateDeleteRanges: 1_000_000,
  /**
   * Items of one update at the same position (same origin and right origin): integrating n of them
   * costs n² in Yjs. Over it: closed with 1008.
   */
  itemsAtSamePosition: 256,
  /** Depth of JSON, and of other values, inside an update. Over it: closed with 1008. */
  jsonDepth: 32,
  /**
   * Depth of types inside types, counted in one update; deeper ones overflow the stack of every
   * reader. Over it: closed with 1008.
   */
  typeDepth: 64,
  /** Clocks of Yjs, and of awareness, stay below this. Over it: closed with 1007. */
  clock: 2 ** 31,
  /** One client's awareness state as JSON. Over it: closed with 1009. */
  awarenessStateBytes: 4 * KiB,
  /** Entries in one awareness message: stock clients echo everyone's. Over it: closed with 1009. */
  awarenessEntries: 1024,
  /** Depth of JSON in an awareness state. Over it: closed with 1009. */
  awarenessDepth: 8,
  /**
   * Messages a connection may send in one go, and from then on per second, each message counting one
   * and as much again for every {@link limits.messageCostBytes} in it. What comes faster is
   * handled later, in order. As a byte costs 100 ns at most to check, one connection can keep the
   * service busy for less than half of its time.
   */
  messageBurst: 300,
  messagesPerSecond: 500,
  messageCostBytes: 8 * KiB,
  /**
   * Messages of one connection that are handled as they come, within a window of so many milliseconds.
   * Those after them are handled together at its end.
   */
  immediateMessages: 10,
  queueWindow: 50,
  /** How many messages are handled together at most; one of many bytes counts as several. */
  maxBatchCost: 50,
  /** How long a message may have to wait, in milliseconds. Over it: closed with 4529. */
  maxQueueDelay: 2000,
  /**
   * What may wait to be handled, of all clients of a document together. Over it: of whom most waits is
   * closed with 4529.
   */
  queuedBytes: 32 * MiB,
  /** Sent to a client and not yet confirmed, when it is asked for a sign that it reads. */
  probeBytes: 256 * KiB,
  /** From here on a client that does not read gets no awareness. */
  unconfirmedBytesForPresence: 512 * KiB,
  /**
   * From here on a client that does not read loses its connection: 1013, come back later. A client
   * that stalls costs the service at most this and one message, beside what it asked for itself.
   */
  unconfirmedBytes: 2 * MiB,
  /**
   * Answers to the questions of all clients of a document that they have not shown to have read,
   * together. Who asks then is closed with 1013, and comes back when there is room; those who have had
   * theirs for longer than so many milliseconds are closed first.
   */
  unreadAnswerBytes: 64 * MiB,
  answerTimeout: 60_000,
  /** Sync steps 2 of one connection that answer no sync step 1. Over it: closed with 1008. */
  unsolicitedAnswers: 32,
  /** Updates in a row that build on what the service lacks. Over it: closed with 1008. */
  gapsInARow: 8,
  /** The stored size of a document from which on only small updates are taken, and none. 4507. */
  documentBytesSoft: 32 * MiB,
  documentBytesHard: 64 * MiB,
  /** What is small in a document over its soft limit. */
  smallUpdateBytes: 16 * KiB,
  /** Connections to one document. Over it: closed with 4529. */
  connections: 1000,
  /** How long updates are gathered after the first of a burst has left, in milliseconds. */
  broadcastWindow: 15,
  /** How long awareness is gathered, in milliseconds. */
  presenceWindow: 50,
  /**
   * How long a client may give no sign of life before it is taken for gone, in milliseconds. Ours
   * pings each 25 s, y-websocket renews its awareness each 15 s.
   */
  presenceTimeout: 30_000,
  /** A document's name in a URL, in characters. Over it: 404. */
  documentNameLength: 128,
} as const;
