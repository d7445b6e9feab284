/**
 * The close codes. 1000–1015 are those of RFC 6455 section 7.4.1. 4400–4499
 * are final until the user acts, 4500–4599 are temporary; {@link mayReconnect} has the exceptions.
 * The boundary matters: y-websocket's provider never reconnects after 4400–4499, and text that was
 * typed since then stays on that client.
 */
export const CloseCode = {
  /** The client, or the page that it ran in, closed the connection. */
  normal: 1000,
  /** A message of an unknown type. */
  unknownType: 1003,
  /** Bytes that are not a message, or an update that violates an invariant of Yjs. */
  malformed: 1007,
  /** A well-formed message that is not allowed: a forged client id, forbidden content. */
  forbiddenContent: 1008,
  /** A message or update beyond its limit. */
  tooBig: 1009,
  /** The service failed. Every acknowledged update is stored. */
  internalError: 1011,
  /** The service restarts. Reconnect. */
  serviceRestart: 1012,
  /** The service is overloaded, or the client reads too slowly. Reconnect later. */
  tryAgainLater: 1013,
  /** The credential is missing or has expired. Reconnect with another one. */
  unauthenticated: 4401,
  /** The credential does not allow this, or was revoked. */
  forbidden: 4403,
  /** The document does not exist, or the client may not know that it exists. */
  notFound: 4404,
  /**
   * An owner deleted the document. Only clients that had it receive this. It is a reason to remove
   * local copies, unlike 4404, which a service with the wrong data folder sends as well.
   */
  deleted: 4410,
  /**
   * Reserved, not sent: the protocol or schema of the client is too old for this document. The service
   * answers the updates of such a client with `unsaved` instead.
   */
  outdated: 4409,
  /**
   * A stock client has content that cannot be stored: the service has other content under the same client
   * ids and clocks, or lacks what it builds on. A client that speaks `edgepad.v1` receives `unsaved`.
   */
  conflict: 4422,
  /** Too many messages or connections. Reconnect later. */
  tooMany: 4529,
  /** The document has reached its size limit. It can be read, not written. */
  documentFull: 4507,
} as const;

export type CloseCode = (typeof CloseCode)[keyof typeof CloseCode];

const final: ReadonlySet<number> = new Set([
  CloseCode.unknownType,
  CloseCode.malformed,
  CloseCode.forbiddenContent,
  CloseCode.tooBig,
  CloseCode.forbidden,
  CloseCode.notFound,
  CloseCode.deleted,
  CloseCode.outdated,
  CloseCode.conflict,
]);

/** Whether a client may reconnect after this code. Codes that the service never sends are network failures. */
export function mayReconnect(code: number): boolean {
  return !final.has(code);
}

const forLater: ReadonlySet<number> = new Set([
  CloseCode.tryAgainLater,
  CloseCode.tooMany,
  CloseCode.documentFull,
]);

/** Whether this code asks the client to wait before it reconnects. */
export function asksToWait(code: number): boolean {
  return forLater.has(code);
}
