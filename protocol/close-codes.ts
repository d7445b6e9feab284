/**
 * Every close code the service sends, and whether a client may come back after it.
 * 1000–1015 as in RFC 6455 section 7.4.1; 4400–4499 mean "stay away until something changed",
 * except where {@link mayReconnect} says otherwise; 4500–4599 pass by themselves. The border counts:
 * after 4400–4499 y-websocket's provider never comes back, and what was typed in it stays there.
 */
export const CloseCode = {
  /** The client, or the page it lived in, went away by itself. */
  normal: 1000,
  /** A frame of a type this service does not know. */
  unknownType: 1003,
  /** Bytes that are not a message, or an update that breaks a rule of Yjs. */
  malformed: 1007,
  /** Well formed, and still not allowed: a forged id, a forbidden kind of content. */
  forbiddenContent: 1008,
  /** A message or update over its limit. */
  tooBig: 1009,
  /** Something failed on the service's side; nothing was acknowledged that is not stored. */
  internalError: 1011,
  /** The service is being started anew. Come back. */
  serviceRestart: 1012,
  /** The service is overloaded, or this client reads too slowly. Come back later. */
  tryAgainLater: 1013,
  /** The credential of access is missing or has expired. Get another, then come back. */
  unauthenticated: 4401,
  /** The credential of access does not allow this, or was withdrawn. */
  forbidden: 4403,
  /** There is no such document, or it is none of this client's business. */
  notFound: 4404,
  /**
   * The document was deleted, by somebody who may. Told to those alone who were in it. Unlike 4404,
   * which a service with the wrong folder would answer, it is a reason to let copies go.
   */
  deleted: 4410,
  /** The client speaks a protocol or schema that is too old for this document. */
  outdated: 4409,
  /** Too many messages or connections. Come back later. */
  tooMany: 4529,
  /** The document is full: reading goes on, writing does not. */
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
]);

/**
 * Whether a client may try again after this code. Codes nobody here sends count as accidents of
 * the network: the client comes back.
 */
export function mayReconnect(code: number): boolean {
  return !final.has(code);
}

const forLater: ReadonlySet<number> = new Set([
  CloseCode.tryAgainLater,
  CloseCode.tooMany,
  CloseCode.documentFull,
]);

/** Whether the service has asked a client to stay away for a moment. */
export function isForLater(code: number): boolean {
  return forLater.has(code);
}
