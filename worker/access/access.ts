/**
 * From a request to a document, with what the request has shown. Whatever can be decided without the
 * document is decided here, so that a bad token or a foreign page wakes nothing; what a key or a token
 * is worth there, the document knows (worker/core/access/access-list.ts), for each call and each message.
 */
import { roleAllows } from '../../protocol/roles.ts';
import { tokenLimits } from '../../protocol/token-limits.ts';
import type { AbuseLimits } from './abuse-limits.ts';
import { AuthorizedDocument } from './authorized-document.ts';
import { denial, type Principal, type TokenPrincipal } from '../core/access/principal.ts';
import type { Denial } from '../core/access/principal.ts';
import type { OpenDocument } from '../document.ts';
import { hashOf, isKey } from './keys.ts';
import { isOnThisMachine } from './open-mode.ts';
import { fitsOrigin, isAllowedOrigin } from './origins.ts';
import { closed, creationOff, denied, foreignOrigin } from '../http/problem.ts';
import { credentialFrom } from './credential.ts';
import type { AccessSettings } from './settings.ts';
import { TokenError } from './token-error.ts';

export interface AccessParts {
  readonly openDocument: OpenDocument;
  readonly settings: AccessSettings;
  readonly abuse: AbuseLimits;
  /** Of the one who connects; null where the platform does not say. */
  addressOf(request: Request): string | null;
}

export class Access {
  readonly #openDocument: OpenDocument;
  readonly #settings: AccessSettings;
  readonly #abuse: AbuseLimits;
  readonly #addressOf: (request: Request) => string | null;

  constructor({ openDocument, settings, abuse, addressOf }: AccessParts) {
    this.#openDocument = openDocument;
    this.#settings = settings;
    this.#abuse = abuse;
    this.#addressOf = addressOf;
  }

  /** The document, as far as this request may have it. Throws a Problem for one without a credential. */
  async document(
    request: Request,
    name: string,
    credential = credentialFrom(request),
  ): Promise<AuthorizedDocument> {
    const principal = await this.principal(request, name, credential);
    const address = this.#addressOf(request);
    return new AuthorizedDocument(this.#openDocument(name), principal, async ({ code }) => {
      if (code === 'not-found' && principal.kind === 'key') await this.#abuse.failed(address);
    });
  }

  /** The same for one who may change something: a page must be ours, or of a listed site. */
  async documentForPage(request: Request, name: string): Promise<AuthorizedDocument> {
    if (!isAllowedOrigin(request, this.#settings)) throw foreignOrigin();
    return await this.document(request, name);
  }

  /** The same for a WebSocket. */
  async documentForSocket(request: Request, name: string): Promise<AuthorizedDocument> {
    const document = await this.documentForPage(request, name);
    if (document.principal.kind !== 'open') {
      await this.#abuse.count('handshake', this.#addressOf(request));
    }
    return document;
  }

  /**
   * Whether a document may be asked what anybody may ask it, though this request has shown nothing:
   * that wakes it like a handshake, and is counted as one.
   */
  async mayAskUnproved(request: Request): Promise<boolean> {
    return this.isOpenTo(request) ||
      await this.#abuse.allows('handshake', this.#addressOf(request));
  }

  /** What this request shows for a document of this name. Throws a Problem where that is nothing. */
  async principal(
    request: Request,
    name: string,
    credential = credentialFrom(request),
  ): Promise<Principal> {
    if (credential === null) {
      if (this.isOpenTo(request)) return { kind: 'open' };
      throw this.#unproved();
    }
    this.#abuse.assertNotBlocked(this.#addressOf(request));
    if (isKey(credential)) return { kind: 'key', hash: await hashOf(credential) };
    return await this.#tokenOf(request, credential, name);
  }

  /**
   * The name that whoever asks may make a document under; null for any. Throws a Problem where they
   * may not. `name` is the one they want; null where they do not care.
   */
  async requireCreator(request: Request, name: string | null): Promise<string | null> {
    if (!isAllowedOrigin(request, this.#settings)) throw foreignOrigin();
    const { creation } = this.#settings;
    const credential = credentialFrom(request);
    // A key is worth nothing outside its document.
    if (credential === null || isKey(credential)) {
      if (this.isOpenTo(request)) return name;
      if (!this.#settings.isSetUp) throw closed();
      if (creation === 'off') throw creationOff();
      if (creation === 'token') throw this.#unproved();
    } else {
      this.#abuse.assertNotBlocked(this.#addressOf(request));
      const { role, document } = await this.#verified(request, credential, name);
      if (creation === 'off') throw creationOff();
      if (!roleAllows(role, 'own')) {
        throw denied(denial('forbidden', 'A token that makes a document has the role "own"'));
      }
      return document;
    }
    await this.#abuse.count('creation', this.#addressOf(request));
    return name;
  }

  /** Throws a Problem where nobody could ever get in: its page says what to set. */
  requireSetUp(request: Request): void {
    if (!this.#settings.isSetUp && !this.isOpenTo(request)) throw closed();
  }

  /** Whether open mode is on, and this comes from here. */
  isOpenTo(request: Request): boolean {
    return this.#settings.open && isOnThisMachine(request, this.#addressOf(request));
  }

  #unproved() {
    if (!this.#settings.isSetUp) return closed();
    return denied(denial('unauthenticated', 'A key or a token is needed here: ask for a link'));
  }

  async #tokenOf(request: Request, token: string, name: string): Promise<Principal> {
    const { document: _, ...principal } = await this.#verified(request, token, name);
    return { ...principal, mayCreate: this.#settings.creation !== 'off' };
  }

  async #verified(request: Request, token: string, document: string | null) {
    const { publicUrl } = this.#settings;
    const audience = publicUrl ?? new URL(request.url).origin;
    const found = await verify(this.#settings, token, audience, document);
    if ('status' in found) {
      await this.#abuse.failed(this.#addressOf(request));
      throw denied(found);
    }
    if (!fitsOrigin(found.origin, request, this.#settings)) throw foreignOrigin();
    return found;
  }
}

/** A token as it is carried to a document, and beside that what only the routes need. */
type Verified = Omit<TokenPrincipal, 'mayCreate'> & { readonly document: string };

/** The token's principal, or why it is not one. Never rejects. */
export async function verify(
  { verifyToken }: AccessSettings,
  token: string,
  audience: string,
  document: string | null,
): Promise<Verified | Denial> {
  if (!verifyToken) return denial('bad-token', 'This service takes no tokens: no secret is set');
  try {
    const found = await verifyToken(token, { audience, document, now: Date.now() });
    const expiresAt = found.expiresAt + tokenLimits.leeway;
    return { kind: 'token', ...found, expiresAt, audience };
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    if (error.code !== 'wrong-document') return denial(error.code, error.message);
    return denial('not-found', 'There is no such document, or this token is not for it');
  }
}

/** The same for a token that comes over a living socket: what a document's host is asked for. */
export async function verifyAgain(
  settings: AccessSettings,
  token: string,
  audience: string,
  document: string,
): Promise<TokenPrincipal | Denial> {
  const found = await verify(settings, token, audience, document);
  // Its socket is open, so it makes nothing that was not there.
  return 'status' in found ? found : { ...found, mayCreate: settings.creation !== 'off' };
}
