import { roleAllows } from '../../protocol/roles.ts';
import { denial, type Principal } from '../core/access/principal.ts';
import type { OpenDocument } from '../document.ts';
import { creationOff, denied, foreignOrigin, notConfigured } from '../http/problem.ts';
import { requireName } from '../http/request.ts';
import type { AbuseLimits } from './abuse-limits.ts';
import { AuthorizedDocument } from './authorized-document.ts';
import { credentialFrom } from './credential.ts';
import { hashKey, isKey } from './keys.ts';
import { isLoopbackAddress, isLoopbackRequest } from './loopback.ts';
import { networkOf } from './network.ts';
import { isAllowedOrigin, logForeignOrigin, mayUseToken } from './origins.ts';
import type { AccessSettings } from './settings.ts';
import { principalFromToken } from './token-principal.ts';

interface AccessOptions {
  readonly openDocument: OpenDocument;
  readonly settings: AccessSettings;
  readonly abuse: AbuseLimits;
  /** The client's address; null where it is unknown. */
  addressOf(request: Request): string | null;
}

/**
 * Checks everything about a request that can be checked without the document, so that an invalid token
 * or a foreign page does not wake it. The document decides what the principal may do, on each call and
 * each frame (core/access/access-list.ts).
 */
export class Access {
  readonly #openDocument: OpenDocument;
  readonly #settings: AccessSettings;
  readonly #abuse: AbuseLimits;
  readonly #addressOf: (request: Request) => string | null;

  constructor({ openDocument, settings, abuse, addressOf }: AccessOptions) {
    this.#openDocument = openDocument;
    this.#settings = settings;
    this.#abuse = abuse;
    this.#addressOf = addressOf;
  }

  /** The document for a request that reads. Throws a Problem for one without a valid credential. */
  async document(
    request: Request,
    name: string,
    credential = credentialFrom(request),
  ): Promise<AuthorizedDocument> {
    const principal = await this.#principalOf(request, requireName(name), credential);
    const address = this.#addressOf(request);
    const client = { principal, network: this.networkOf(request) };
    return new AuthorizedDocument(this.#openDocument(name), client, async ({ code }) => {
      if (code === 'not-found' && principal.kind === 'key') {
        await this.#abuse.countFailure(address, principal.hash);
      }
    });
  }

  /**
   * The document for any other request. Throws a Problem for a page whose origin is neither the
   * service's own nor listed.
   */
  async documentForAllowedOrigin(request: Request, name: string): Promise<AuthorizedDocument> {
    requireName(name);
    this.#requireAllowedOrigin(request);
    return await this.document(request, name);
  }

  /**
   * Counts a request that opens a connection, also one that will be refused: a refused WebSocket is opened
   * to be closed. Throws a Problem (429) over the limit of the address.
   */
  async countHandshake(request: Request): Promise<void> {
    if (credentialFrom(request) === null && this.isOpenTo(request)) return;
    await this.#abuse.count('handshake', this.#addressOf(request));
  }

  /** Waits before a WebSocket is refused, if the client repeats what was refused before. */
  async delayRefusal(request: Request, name: string): Promise<void> {
    const credential = credentialFrom(request) ?? '';
    const delay = this.#abuse.refusalDelay(this.#addressOf(request), name, credential);
    if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
  }

  /** Whether a request without a credential may call a document. Counts as a handshake. */
  async mayCallWithoutCredential(request: Request): Promise<boolean> {
    return this.isOpenTo(request) ||
      await this.#abuse.allows('handshake', this.#addressOf(request));
  }

  /**
   * Checks that a request may create a document, and returns the name it must have; null for any.
   * `name` is the requested one. Throws a Problem if it may not.
   */
  async requireCreator(request: Request, name: string | null): Promise<string | null> {
    this.#requireAllowedOrigin(request);
    const { creation } = this.#settings;
    const credential = credentialFrom(request);
    // A key is for an existing document, and so means nothing here.
    if (credential === null || isKey(credential)) {
      if (this.isOpenTo(request)) return name;
      if (!this.#settings.isConfigured) throw notConfigured();
      if (creation === 'off') throw creationOff();
      if (creation === 'token') throw this.#credentialRequired();
      await this.#abuse.count('creation', this.#addressOf(request));
      return name;
    }
    this.#abuse.assertNotBlocked(this.#addressOf(request));
    const { role, document } = await this.#verify(request, credential, name);
    if (creation === 'off') throw creationOff();
    if (!roleAllows(role, 'own')) {
      throw denied(denial('forbidden', 'Creating a document needs a token with the role "own"'));
    }
    return document;
  }

  /** Throws a Problem if the operator has configured no access, and open mode does not apply. */
  requireConfigured(request: Request): void {
    if (!this.#settings.isConfigured && !this.isOpenTo(request)) throw notConfigured();
  }

  /**
   * What counts as the client's address, and pays for the work of a request. Null where it is unknown,
   * and for this machine: the operator, or a proxy that names no client.
   */
  networkOf(request: Request): string | null {
    const address = this.#addressOf(request);
    return address === null || isLoopbackAddress(address) ? null : networkOf(address);
  }

  /** Whether open mode applies to a request. */
  isOpenTo(request: Request): boolean {
    return this.#settings.open && isLoopbackRequest(request, this.#addressOf(request));
  }

  #requireAllowedOrigin(request: Request): void {
    if (isAllowedOrigin(request, this.#settings)) return;
    logForeignOrigin(request);
    throw foreignOrigin();
  }

  async #principalOf(
    request: Request,
    name: string,
    credential: string | null,
  ): Promise<Principal> {
    if (credential === null) {
      if (this.isOpenTo(request)) return { kind: 'open' };
      throw this.#credentialRequired();
    }
    this.#abuse.assertNotBlocked(this.#addressOf(request));
    if (isKey(credential)) return { kind: 'key', hash: await hashKey(credential) };
    const { document: _, ...principal } = await this.#verify(request, credential, name);
    return { ...principal, mayCreate: this.#settings.creation !== 'off' };
  }

  #credentialRequired() {
    if (!this.#settings.isConfigured) return notConfigured();
    return denied(denial('unauthenticated', 'This needs a key or a token. Ask for a link'));
  }

  async #verify(request: Request, token: string, document: string | null) {
    const audience = this.#settings.publicUrl ?? new URL(request.url).origin;
    const verified = await principalFromToken(this.#settings, token, { audience, document });
    if ('status' in verified) {
      // An expired token is correctly signed.
      if (verified.code !== 'token-expired') {
        await this.#abuse.countFailure(this.#addressOf(request), token);
      }
      throw denied(verified);
    }
    if (!mayUseToken(request, verified.origin, this.#settings)) throw foreignOrigin();
    return verified;
  }
}
