/** Header names and WebSocket subprotocols that the service and its clients share. */

/** Subprotocol of clients that understand message types from 100 on (docs/PROTOCOL.md). */
export const edgepadProtocol = 'edgepad.v1';

/**
 * Subprotocol for stock clients that send a credential as a subprotocol: a browser fails a connection
 * whose answer names none of those it offered.
 */
export const stockProtocol = 'edgepad.yjs';

/** A client offers this prefix and its key or token as one more subprotocol; browsers can set no header. */
export const credentialProtocolPrefix = 'edgepad.auth.';

/** Request: name of a client's session over HTTP, made up by the client. */
export const sessionHeader = 'edgepad-session';

/** Response: the session over HTTP has ended. Close code, a space, and the URI-encoded reason. */
export const closeHeader = 'edgepad-close';

/** Response: milliseconds before another request can have a different answer. */
export const waitHeader = 'edgepad-wait';
