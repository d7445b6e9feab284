import type { Role } from '../../protocol/messages.ts';
import { edgepadProtocol } from '../../protocol/messages.ts';
import { admittedRole } from '../access.ts';
import type { Format } from '../core/reader.ts';
import type { HostedDocument } from '../core/hosted-document.ts';
import type { DocumentHandle } from '../document.ts';
import type { Documents } from './documents.ts';
import type { Upgrades } from './upgrades.ts';

/** {@link DocumentHandle} over a document of this process, which is looked up for each call. */
export class LocalHandle implements DocumentHandle {
  readonly #name: string;
  readonly #documents: Documents;
  readonly #upgrades: Upgrades;

  constructor(name: string, documents: Documents, upgrades: Upgrades) {
    this.#name = name;
    this.#documents = documents;
    this.#upgrades = upgrades;
  }

  fetch(upgrade: Request): Promise<Response> {
    const speaksEdgepad = upgrade.headers.get('sec-websocket-protocol') === edgepadProtocol;
    const attachment = {
      role: admittedRole(upgrade),
      speaksEdgepad,
      schema: 0,
      clients: [],
      presence: null,
    };
    const join = (socket: WebSocket) => this.#documents.get(this.#name).join(socket, attachment);
    const protocol = speaksEdgepad ? edgepadProtocol : null;
    return Promise.resolve(this.#upgrades.promise(protocol, join));
  }

  exchange(session: string, role: Role, frame: Uint8Array) {
    return this.#ask((document) => document.exchange(session, role, frame));
  }

  endSession(session: string) {
    return this.#ask((document) => document.endSession(session));
  }

  read(format: Format, knownTags: readonly string[]) {
    return this.#ask((document) => document.read(format, knownTags));
  }

  changes(since: string | null) {
    return this.#ask((document) => document.changes(since));
  }

  state(knownTags: readonly string[]) {
    return this.#ask((document) => document.state(knownTags));
  }

  /** What is thrown comes out of the promise, as from a document that is elsewhere. */
  // deno-lint-ignore require-await
  async #ask<T>(question: (document: HostedDocument) => T): Promise<T> {
    return this.#documents.get(this.#name).use(question);
  }
}
