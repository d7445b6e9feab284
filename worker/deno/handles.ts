import { CloseCode } from '../../protocol/close-codes.ts';
import { edgepadProtocol } from '../../protocol/messages.ts';
import { carried, denialHeader } from '../access/authorized-document.ts';
import { bytesOf } from '../http/body.ts';
import type { NewKey, Revocation } from '../core/access/access-list.ts';
import { closeCodes, type Credential, type DenialCode } from '../core/access/principal.ts';
import type { HostedDocument } from '../core/document.ts';
import type { Format } from '../core/render/reader.ts';
import type { DocumentHandle } from '../document.ts';
import { longestFile } from '../routes/files.ts';
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
    const credential = carried(upgrade);
    const upgraded = this.#upgrades.promise(subprotocol, (socket) => {
      // What holds when the socket is open, not what held when it was asked for.
      const document = this.#documents.get(this.#name);
      const grant = document.use((hosted) => hosted.admit(credential));
      if ('status' in grant) {
        this.#upgrades.refuse(socket, closeCodes[grant.code], grant.detail);
      } else if (document.use((hosted) => hosted.isFull)) {
        this.#upgrades.refuse(socket, CloseCode.tooMany, 'Too many people are here');
      } else {
        const speaksEdgepad = subprotocol === edgepadProtocol;
        document.join(socket, { grant, speaksEdgepad, schema: 0, clients: [], presence: null });
      }
    });
    const denied = this.#denialOf(credential);
    // Who guesses is counted, before the handshake is answered.
    if (denied) upgraded.headers.set(denialHeader, denied);
    return Promise.resolve(upgraded);
  }

  /** Why there will be no connection; null also where the document fails, which its socket is told. */
  #denialOf(credential: Credential): DenialCode | null {
    try {
      const grant = this.#documents.get(this.#name).use((hosted) => hosted.admit(credential));
      return 'status' in grant ? grant.code : null;
    } catch {
      return null;
    }
  }

  exchange(credential: Credential, session: string, frame: Uint8Array) {
    return this.#ask((document) => document.exchange(credential, session, frame));
  }

  endSession(credential: Credential, session: string) {
    return this.#ask((document) => document.endSession(credential, session));
  }

  read(credential: Credential, format: Format, knownTags: readonly string[]) {
    return this.#ask((document) => document.read(credential, format, knownTags));
  }

  changes(credential: Credential, since: string | null) {
    return this.#ask((document) => document.changes(credential, since));
  }

  state(credential: Credential, knownTags: readonly string[]) {
    return this.#ask((document) => document.state(credential, knownTags));
  }

  create(keys: readonly NewKey[]) {
    return this.#ask((document) => document.create(keys));
  }

  delete(credential: Credential) {
    return this.#ask((document) => document.delete(credential));
  }

  keys(credential: Credential) {
    return this.#ask((document) => document.ownership.keys(credential));
  }

  addKey(credential: Credential, key: NewKey) {
    return this.#ask((document) => document.ownership.addKey(credential, key));
  }

  changeKey(
    credential: Credential,
    id: string,
    change: Partial<Pick<NewKey, 'label' | 'expires' | 'hash'>>,
  ) {
    return this.#ask((document) => document.ownership.changeKey(credential, id, change));
  }

  withdrawKey(credential: Credential, id: string) {
    return this.#ask((document) => document.ownership.withdrawKey(credential, id));
  }

  revoke(credential: Credential, revocation: Revocation) {
    return this.#ask((document) => document.ownership.revoke(credential, revocation));
  }

  frames(credential: Credential) {
    return this.#ask((document) => document.ownership.frames(credential));
  }

  setFrames(credential: Credential, origins: readonly string[]) {
    return this.#ask((document) => document.ownership.setFrames(credential, origins));
  }

  framedBy() {
    return this.#ask((document) => document.framedBy());
  }

  export(credential: Credential) {
    return this.#ask((document) => {
      const file = document.export(credential);
      return 'status' in file ? file : streamOf(file);
    });
  }

  async import(file: ReadableStream<Uint8Array>) {
    const bytes = await bytesOf({ body: file }, longestFile);
    return await this.#ask((document) => document.import(bytes));
  }

  /** What is thrown comes out of the promise, as from a document that is elsewhere. */
  async #ask<T>(question: (document: HostedDocument) => T | Promise<T>): Promise<T> {
    return await this.#documents.get(this.#name).use(question);
  }
}
