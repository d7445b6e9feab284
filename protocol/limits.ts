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
   * 40 MiB is a book of 1,000 pages, 67 MiB are 100,000 lines. Measured in Node; workerd takes 60 % of it,
   * and at this limit a heap of 80 MB to load, validate or render the document, and 128 MB to compact it.
   * Beyond: `unsaved`, or 4507.
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
  /**
   * The same for a client's own awareness clock. Leaves clocks for entries that the service renews and
   * withdraws, which stock clients repeat.
   */
  ownAwarenessClock: 2 ** 30,
  /** One client's awareness state as JSON. Beyond: closed with 1009; ignored for a stock client. */
  awarenessStateBytes: 4 * KiB,
  /** Entries in one awareness message. Stock clients echo all entries. Beyond: closed with 1009. */
  awarenessEntries: 1024,
  /** Nesting depth of an awareness state. Beyond: closed with 1009. */
  awarenessDepth: 8,
  /**
   * Messages of one connection that are handled on arrival within a window of `queueWindow`
   * milliseconds. Later ones are handled together at the end of the window.
   */
  immediateMessages: 10,
  queueWindow: 50,
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
   * Time without any message from a client after which its presence is removed, in milliseconds. Longer
   * than two pings of a hidden page, where browsers run timers once a minute.
   */
  presenceTimeout: 150_000,
  /** Time without a request after which a session over HTTP ends, in milliseconds. */
  sessionTimeout: 90_000,
  /**
   * What a rendering may cost, in characters of output: so many for each stored character, and
   * `renderedFreely` more. Beyond: repeated addresses of links and then whole blocks are omitted.
   */
  renderedPerStored: 32,
  renderedFreely: 4 * MiB,
  /** Length of a document's name in characters. Beyond: 404. */
  documentNameLength: 128,
} as const;

/**
 * Limits of work. They are separate from `limits` because the editor's first load does not need them.
 *
 * The one unit is a quarter of a millisecond of the thread that serves the document, estimated from
 * what is read and written: the runtime's clock may stand still during a turn. Each expensive operation
 * has a function beside its code that estimates its units from the amounts below, which were measured
 * (`npm run bench -- validation`). A bucket holds `burst` units and gets `perSecond`. Work is charged when
 * it is done; an operation may start while the bucket is not in debt.
 */
export const workLimits = {
  /** The messages of a connection, 1 unit each at least. Beyond: delayed, and handled in order. */
  messages: { burst: 300, perSecond: 500 },
  /**
   * Full answers to a connection, apart from `messages` so that opening a long document does not delay
   * typing. The first answer is free. Beyond: closed with 4529.
   */
  answers: { burst: 40, perSecond: 64 },
  /**
   * All connections and requests of an address, or of a /64 network. 50 people of one school may open a
   * book at once, and 200 read it. Beyond: 503, 4529, and delays for its connections that send most. Another burst beyond: delays
   * for all of its connections.
   */
  address: { burst: 20_000, perSecond: 2_000 },
  /**
   * All connections and requests of a document. Beyond: the same, but only for addresses that have used
   * half of their own burst, and for unknown ones.
   */
  document: { burst: 10_000, perSecond: 2_000 },
  /**
   * Connections of an address to one document, by WebSocket and HTTP: half of `limits.connections`, so that
   * no address keeps all others out. Beyond: closed with 4529.
   */
  connectionsPerAddress: 500,
  /**
   * Memory of the sessions of HTTP clients of a document: what waits for their next requests, and
   * `sessionOverhead` each. Beyond: new ones, and those for which more than that waits, get 1013.
   */
  sessionBytes: 16 * MiB,
  sessionOverhead: 4 * KiB,
  /** Units that are handled in one turn. */
  perTurn: 50,
  /** Steps (see `limits.updateSteps`) of the update log at which compaction is due. */
  tailSteps: 2_500_000,
  /** The amount of work in one unit: received bytes that are validated, */
  receivedBytes: 8 * KiB,
  /** steps (see `limits.updateSteps`) of an update that is indexed: an item takes 5, a client id 15, */
  steps: 2500,
  /** stored bytes that are read struct by struct, */
  walkedBytes: 32 * KiB,
  /** structs that are decoded into objects, */
  decodedStructs: 150,
  /** entries of an awareness message, */
  awarenessEntries: 250,
  /** bytes that are sent, */
  sentBytes: 64 * KiB,
  /** stored bytes that are loaded into a `Y.Doc`, */
  loadedBytes: 1 * KiB,
  /** characters that are rendered, */
  renderedCharacters: 16 * KiB,
  /** characters of text or Markdown that become the content of a new document, */
  writtenCharacters: 96,
  /** rows of a document file that are imported, */
  importedRows: 50,
  /** and bytes of its content. */
  importedBytes: 4 * KiB,
} as const;

/**
 * Limits of the versions of a document; docs/HISTORY.md lists them for users. Times are in milliseconds.
 */
export const historyLimits = {
  /** A version is kept before the first change after a pause of this length, */
  pause: 5 * 60_000,
  /** before a change so long after the last version, */
  interval: 30 * 60_000,
  /** and before a change that deletes more than half of the content, and at least so much. */
  deletedCharacters: 20,
  /** Bytes of the documents that one compaction makes versions of: 64 of a document of 1 MiB. */
  versionedBytes: 64 * MiB,
  /** Versions of a document. Beyond: versions without a name are removed. */
  versions: 1000,
  /** Versions with a name. Beyond: 409. */
  names: 100,
  /** Characters of a name. Beyond: 400. */
  nameLength: 120,
  /**
   * Bytes of all versions of a document: `minBytes`, or `perStored` for each stored byte of the document,
   * up to `maxBytes` or, for a larger document, twice its size. Beyond: versions without a name are removed.
   */
  minBytes: 4 * MiB,
  perStored: 4,
  maxBytes: 16 * MiB,
  /** How many versions are removed together as they grow old. */
  thinnedTogether: 32,
} as const;
