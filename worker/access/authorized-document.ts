import type { KeyEntry, NewKey, Revocation } from '../core/access/access-list.ts';
import { type Denial, denial, type DenialCode, type Principal } from '../core/access/principal.ts';
import type { Exchange } from '../core/room/polled-connections.ts';
import type { Format, RenderResult, State } from '../core/render/reader.ts';
import type { DocumentHandle } from '../document.ts';
import { denied } from '../http/problem.ts';

/** A document as one request may have it: shows the principal each time, and throws what is denied. */
export class AuthorizedDocument {
  readonly principal: Principal;
  readonly #handle: DocumentHandle;
  readonly #onDenied: (denial: Denial) => Promise<void>;

  constructor(
    handle: DocumentHandle,
    principal: Principal,
    onDenied: (denial: Denial) => Promise<void>,
  ) {
    this.#handle = handle;
    this.principal = principal;
    this.#onDenied = onDenied;
  }

  /** The answer to an upgrade. One that is denied is accepted and closed, so that a page hears why. */
  async upgrade(request: Request, subprotocol: string | null): Promise<Response> {
    const response = await this.#handle.fetch(carry(request, this.principal, subprotocol));
    const denied = response.headers.get(denialHeader) as DenialCode | null;
    if (denied !== null) await this.#onDenied(denial(denied, ''));
    return response;
  }

  exchange(session: string, frame: Uint8Array): Promise<Exchange> {
    return this.#allowed(this.#handle.exchange(this.principal, session, frame));
  }

  async endSession(session: string): Promise<void> {
    await this.#allowed(this.#handle.endSession(this.principal, session));
  }

  read(format: Format, knownTags: readonly string[]): Promise<RenderResult> {
    return this.#allowed(this.#handle.read(this.principal, format, knownTags));
  }

  changes(since: string | null): Promise<RenderResult> {
    return this.#allowed(this.#handle.changes(this.principal, since));
  }

  state(knownTags: readonly string[]): Promise<State> {
    return this.#allowed(this.#handle.state(this.principal, knownTags));
  }

  /** Answers the hashes of the keys that open it no more. */
  async delete(): Promise<readonly string[]> {
    return (await this.#allowed(this.#handle.delete(this.principal))).forget;
  }

  keys(): Promise<readonly KeyEntry[]> {
    return this.#allowed(this.#handle.keys(this.principal));
  }

  addKey(key: NewKey): Promise<KeyEntry> {
    return this.#allowed(this.#handle.addKey(this.principal, key));
  }

  /** Beside the key: the hash it had, where what was answered to it should be forgotten. */
  changeKey(
    id: string,
    change: Partial<Pick<NewKey, 'label' | 'expires' | 'hash'>>,
  ): Promise<{ readonly key: KeyEntry; readonly forget: readonly string[] }> {
    return this.#allowed(this.#handle.changeKey(this.principal, id, change));
  }

  async withdrawKey(id: string): Promise<readonly string[]> {
    return (await this.#allowed(this.#handle.withdrawKey(this.principal, id))).forget;
  }

  async revoke(revocation: Revocation): Promise<void> {
    await this.#allowed(this.#handle.revoke(this.principal, revocation));
  }

  frames(): Promise<readonly string[]> {
    return this.#allowed(this.#handle.frames(this.principal));
  }

  setFrames(origins: readonly string[]): Promise<readonly string[]> {
    return this.#allowed(this.#handle.setFrames(this.principal, origins));
  }

  export(): Promise<ReadableStream<Uint8Array>> {
    return this.#allowed(this.#handle.export(this.principal));
  }

  async #allowed<T>(answer: Promise<T>): Promise<Exclude<T, Denial>> {
    const result = await answer;
    if (!isDenial(result)) return result as Exclude<T, Denial>;
    await this.#onDenied(result);
    throw denied(result);
  }
}

function isDenial(result: unknown): result is Denial {
  return typeof result === 'object' && result !== null && 'status' in result &&
    result.status === 'denied';
}

/** Says beside a refused upgrade what a browser hears by the close code. */
export const denialHeader = 'edgepad-denied';

/** Carries a principal from the routes to a document, which nobody else can reach. */
const principalHeader = 'edgepad-principal';

/** The upgrade as a document gets to see it: without the secret, and with what it was worth. */
function carry(upgrade: Request, principal: Principal, subprotocol: string | null): Request {
  const { origin, pathname } = new URL(upgrade.url);
  const headers = new Headers({
    upgrade: 'websocket',
    [principalHeader]: encodeURIComponent(JSON.stringify(principal)),
  });
  if (subprotocol !== null) headers.set('sec-websocket-protocol', subprotocol);
  return new Request(origin + pathname, { headers });
}

/** The principal that came with an upgrade. */
export function forwardedPrincipal(upgrade: Request): Principal {
  return JSON.parse(decodeURIComponent(upgrade.headers.get(principalHeader) ?? ''));
}
