/**
 * Limits of a document and its connections. Some apply to clients too. Each one states what happens
 * beyond it; docs/PROTOCOL.md lists them for users. Limits of keys and tokens are in
 * access-limits.ts.
 */
const KiB = 1024;
const MiB = 1024 * KiB;

export const limits = {
  /**
   * One WebSocket message. A stock client that returns with a large offline document sends all of it
   * in one frame. Beyond: closed with 1009.
   */
  messageBytes: 8 * MiB,
  /** Frames to and from clients that speak `edgepad.v1` are split into parts of this size. */
  partBytes: 256 * KiB,
  /** Parts of incomplete frames, for all clients of a document together. Beyond: closed with 1013. */
  pendingPartBytes: 32 * MiB,
  /** Time until the next part of an incomplete frame, in milliseconds. Beyond: closed with 1013. */
  partTimeout: 60_000,
  /** Messages in one frame from a client. Beyond: closed with 1009. */
  messagesPerFrame: 64,
  /**
   * One SQLite row. Cloudflare allows 2 MB in production and 4 MB in local runs, so the code has to
   * enforce the smaller number. Larger values are stored in several rows.
   */
  rowBytes: 1 * MiB,
  /** Rows of the update log at which compaction is due. */
  tailRows: 500,
  /** Bytes of the update log at which compaction is due. */
  tailBytes: 256 * KiB,
  /**
   * Bytes by which a client's state vector may exceed that of the service. It has about 12 bytes for
   * each session that ever edited the document. Beyond: closed with 1013.
   */
  stateVectorBytes: 2 * MiB,
  /** Structs in one update. Beyond: closed with 1009. */
  updateStructs: 1_000_000,
  /**
   * Distinct clients in one update. A client that restores a document sends all of them at once. Beyond:
   * closed with 1013.
   */
  updateClients: 128 * 1024,
  /** Delete ranges in one update. Beyond: closed with 1009. */
  updateDeleteRanges: 1_000_000,
  /**
   * Steps that Yjs takes to integrate one update: comparisons with other items at the same position,
   * and array moves for split items. A step takes 200 to 400 ns in every client. Insertions take steps
   * only beside many concurrent ones, or in the middle of long texts. Beyond: closed with 1008.
   */
  updateSteps: 2_000_000,
  /**
   * Memory that a loaded document takes besides its text, estimated from its items, types and clients.
   * 40 MiB is a book of 1,000 pages. Beyond: `unsaved`, or 4507.
   */
  documentMemory: 96 * MiB,
  /**
   * Steps that Yjs takes to load the whole document. Beyond: updates that add to them get `unsaved`, or
   * 4507.
   */
  documentSteps: 10_000_000,
  /** Nesting depth of JSON and other plain values in an update. Beyond: closed with 1008. */
  jsonDepth: 32,
  /**
   * Nesting depth of shared types in a document. Deeper nesting overflows the stack of
   * every reader. Beyond: closed with 1008.
   */
  typeDepth: 64,
  /** Exclusive maximum of Yjs clocks and awareness clocks. Beyond: closed with 1007. */
  clock: 2 ** 31,
  /** One client's awareness state as JSON. Beyond: closed with 1009. */
  awarenessStateBytes: 4 * KiB,
  /** Entries in one awareness message. Stock clients echo all entries. Beyond: closed with 1009. */
  awarenessEntries: 1024,
  /** Nesting depth of an awareness state. Beyond: closed with 1009. */
  awarenessDepth: 8,
  /**
   * The rate limit of a connection is a token bucket: `messageBurst` messages at once, then
   * `messagesPerSecond`. A message costs one token, and one more for each `messageCostBytes`. Messages
   * beyond the limit are delayed and handled in order. Validation takes at most 100 ns per byte, so
   * one connection can use less than half of the service's time.
   */
  messageBurst: 300,
  messagesPerSecond: 500,
  messageCostBytes: 8 * KiB,
  /** Steps (see `updateSteps`) of an update that cost one more token. */
  messageCostSteps: 2500,
  /**
   * Messages of one connection that are handled on arrival within a window of `queueWindow`
   * milliseconds. Later ones are handled together at the end of the window.
   */
  immediateMessages: 10,
  queueWindow: 50,
  /** Tokens (see `messageBurst`) that are handled in one turn. */
  maxBatchCost: 50,
  /** Time that a message may wait in the queue, in milliseconds. Beyond: closed with 4529. */
  maxQueueDelay: 2000,
  /**
   * Queued messages of all clients of a document together. Beyond: the client with the most queued
   * bytes is closed with 4529.
   */
  queuedBytes: 32 * MiB,
  /** Unconfirmed bytes sent to a client at which the service asks for a receipt. */
  probeBytes: 256 * KiB,
  /** Unconfirmed bytes from which a client no longer receives awareness. */
  unconfirmedBytesForPresence: 512 * KiB,
  /**
   * Unconfirmed bytes at which a client that does not read is closed with 1013. A stalled client costs
   * the service at most this, one message, and the answers that it asked for.
   */
  unconfirmedBytes: 2 * MiB,
  /**
   * Bytes of full answers that the clients of a document together have not read. Beyond: clients that
   * left theirs unread for longer than `unreadAnswerTimeout` milliseconds are closed first; then the
   * client that requests another is closed. Both with 1013.
   */
  unreadAnswerBytes: 64 * MiB,
  unreadAnswerTimeout: 60_000,
  /** Sync steps 2 from one connection that no sync step 1 asked for. Beyond: closed with 1008. */
  unsolicitedAnswers: 32,
  /** Consecutive updates with missing dependencies. Beyond: closed with 1008. */
  gapsInARow: 8,
  /** Stored size of a document from which it accepts only small updates. Beyond: `unsaved`, or 4507. */
  documentBytesSoft: 32 * MiB,
  /** Stored size of a document from which it accepts only deletions. Beyond: `unsaved`, or 4507. */
  documentBytesHard: 64 * MiB,
  /** The largest update that a document beyond `documentBytesSoft` accepts. */
  smallUpdateBytes: 16 * KiB,
  /** Connections to one document. Beyond: closed with 4529. */
  connections: 1000,
  /** Time for which updates are collected after the first of a burst was sent, in milliseconds. */
  broadcastWindow: 15,
  /** Time for which awareness is collected, in milliseconds. */
  presenceWindow: 50,
  /**
   * Time without any message from a client after which its presence is removed, in milliseconds. Our
   * provider pings every 25 s; y-websocket renews its awareness every 15 s.
   */
  presenceTimeout: 30_000,
  /**
   * What a rendering may cost, in characters of output: so many for each stored character, and
   * `renderedFreely` more. Beyond: repeated addresses of links and then whole blocks are omitted.
   */
  renderedPerStored: 32,
  renderedFreely: 4 * MiB,
  /** Length of a document's name in characters. Beyond: 404. */
  documentNameLength: 128,
} as const;
