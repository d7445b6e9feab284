import { CloseCode } from '../../protocol/close-codes.ts';
import { edgepadProtocol } from '../../protocol/headers.ts';
import { denialHeader, forwardedPrincipal } from '../access/authorized-document.ts';
import { bytesOf } from '../http/body.ts';
import type { NewKey, Revocation } from '../core/access/access-list.ts';
import { closeCodes, type DenialCode, type Principal } from '../core/access/principal.ts';
import type { Document } from '../core/document.ts';
import type { Format } from '../core/render/reader.ts';
import type { DocumentHandle } from '../document.ts';
import { maxFileBytes } from '../routes/files.ts';
import { streamOf } from '../http/stream-of.ts';
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
    const subprotocol = upgrade.headers.get('sec-websocket-protocol');
    const principal = forwardedPrincipal(upgrade);
    const upgraded = this.#upgrades.promise(subprotocol, (socket) => {
      // What holds when the socket is open, not what held when it was asked for.
      const document = this.#documents.get(this.#name);
      const permission = document.use((hosted) => hosted.admit(principal));
      if ('status' in permission) {
        this.#upgrades.refuse(socket, closeCodes[permission.code], permission.detail);
      } else if (document.use((hosted) => hosted.isFull)) {
        this.#upgrades.refuse(socket, CloseCode.tooMany, 'Too many people are here');
      } else {
        const speaksEdgepad = subprotocol === edgepadProtocol;
        document.join(socket, {
          permission,
          speaksEdgepad,
          schema: 0,
          clients: [],
          presence: null,
        });
      }
    });
    const denied = this.#denialOf(principal);
    // Who guesses is counted, before the handshake is answered.
    if (denied) upgraded.headers.set(denialHeader, denied);
    return Promise.resolve(upgraded);
  }

  /** Why there will be no connection; null also where the document fails, which its socket is told. */
  #denialOf(principal: Principal): DenialCode | null {
    try {
      const permission = this.#documents.get(this.#name).use((hosted) => hosted.admit(principal));
      return 'status' in permission ? permission.code : null;
    } catch {
      return null;
    }
  }

  exchange(principal: Principal, session: string, frame: Uint8Array) {
    return this.#ask((document) => document.exchange(principal, session, frame));
  }

  endSession(principal: Principal, session: string) {
    return this.#ask((document) => document.endSession(principal, session));
  }

  read(principal: Principal, format: Format, knownTags: readonly string[]) {
    return this.#ask((document) => document.read(principal, format, knownTags));
  }

  changes(principal: Principal, since: string | null) {
    return this.#ask((document) => document.changes(principal, since));
  }

  state(principal: Principal, knownTags: readonly string[]) {
    return this.#ask((document) => document.state(principal, knownTags));
  }

  create(keys: readonly NewKey[]) {
    return this.#ask((document) => document.create(keys));
  }

  delete(principal: Principal) {
    return this.#ask((document) => document.delete(principal));
  }

  keys(principal: Principal) {
    return this.#ask((document) => document.ownership.keys(principal));
  }

  addKey(principal: Principal, key: NewKey) {
    return this.#ask((document) => document.ownership.addKey(principal, key));
  }

  changeKey(
    principal: Principal,
    id: string,
    change: Partial<Pick<NewKey, 'label' | 'expires' | 'hash'>>,
  ) {
    return this.#ask((document) => document.ownership.changeKey(principal, id, change));
  }

  withdrawKey(principal: Principal, id: string) {
    return this.#ask((document) => document.ownership.withdrawKey(principal, id));
  }

  revoke(principal: Principal, revocation: Revocation) {
    return this.#ask((document) => document.ownership.revoke(principal, revocation));
  }

  frames(principal: Principal) {
    return this.#ask((document) => document.ownership.frames(principal));
  }

  setFrames(principal: Principal, origins: readonly string[]) {
    return this.#ask((document) => document.ownership.setFrames(principal, origins));
  }

  framedBy() {
    return this.#ask((document) => document.framedBy());
  }

  export(principal: Principal) {
    return this.#ask((document) => {
      const file = document.export(principal);
      return 'status' in file ? file : streamOf(file);
    });
  }

  async import(file: ReadableStream<Uint8Array>) {
    const bytes = await bytesOf({ body: file }, maxFileBytes);
    return await this.#ask((document) => document.import(bytes));
  }

  /** What is thrown comes out of the promise, as from a document that is elsewhere. */
  async #ask<T>(question: (document: Document) => T | Promise<T>): Promise<T> {
    return await this.#documents.get(this.#name).use(question);
  }
}
