import { documentPath } from '../../../access/document-address.ts';
import type { Role } from '../../../../protocol/roles.ts';
import { callService } from '../../shared/call-service.ts';

/** A link to a document, without its secret: the service stores only the secret's hash. */
export interface DocumentKey {
  readonly id: string;
  readonly role: Role;
  readonly label: string;
  /** Whether the link to view opens the editor page, with cursors and the history. */
  readonly history: boolean;
  /** Times are ISO 8601. */
  readonly created: string;
  readonly expires: string | null;
  readonly lastUsed: string | null;
  /** SHA-256 of the secret, base64url. */
  readonly hash: string;
}

/** A link with its secret, which the service returns only once. */
export interface NewKey extends DocumentKey {
  readonly key: string;
  readonly link: string;
}

/** The links of one document, as the service stores them. Every method may throw a `ServiceError`. */
export class DocumentKeys {
  readonly #path: string;
  readonly #credential: string | null;

  /** `credential` is an owner's. */
  constructor(name: string, credential: string | null) {
    this.#path = `${documentPath(name)}/keys`;
    this.#credential = credential;
  }

  /** The links that are not revoked, the latest first. */
  async list(): Promise<DocumentKey[]> {
    const { keys } = await this.#call('GET', '') as { keys: DocumentKey[] };
    return keys.sort((a, b) => b.created.localeCompare(a.created));
  }

  async create(
    key: {
      readonly role: 'view' | 'edit';
      readonly label: string;
      readonly expires: string | null;
      readonly history: boolean;
    },
  ): Promise<NewKey> {
    const { expires, ...body } = key;
    return await this.#call('POST', '', expires === null ? body : key) as NewKey;
  }

  async rename({ id }: DocumentKey, label: string): Promise<void> {
    await this.#call('PATCH', `/${encodeURIComponent(id)}`, { label });
  }

  /** Gives the link another secret and id. The old address stops working. */
  async reset({ id }: DocumentKey): Promise<NewKey> {
    return await this.#call('POST', `/${encodeURIComponent(id)}/rotate`) as NewKey;
  }

  /** Disconnects everyone who uses the link. */
  async revoke({ id }: DocumentKey): Promise<void> {
    await this.#call('DELETE', `/${encodeURIComponent(id)}`);
  }

  #call(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
  ): Promise<unknown> {
    return callService({
      method,
      path: this.#path + path,
      credential: this.#credential,
      ...(body !== undefined && { body }),
    });
  }
}
