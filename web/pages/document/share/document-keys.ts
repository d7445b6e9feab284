import { callService } from '../../../access/call-service.ts';
import { documentPath } from '../../../access/document-address.ts';

/** A link to a document as its owner sees it; the secret in it is known to nobody any more. */
export interface DocumentKey {
  readonly id: string;
  readonly role: 'view' | 'edit' | 'own';
  readonly label: string;
  /** Moments as ISO 8601. */
  readonly created: string;
  readonly expires: string | null;
  readonly lastUsed: string | null;
}

/** The one time a link is told. */
export interface NewKey extends DocumentKey {
  readonly key: string;
  readonly link: string;
}

/** The links to one document, at the service. Every call may throw a `ServiceError`. */
export class DocumentKeys {
  readonly #path: string;
  readonly #credential: string | null;

  /** `credential`: what proves that whoever asks owns the document. */
  constructor(name: string, credential: string | null) {
    this.#path = `${documentPath(name)}/keys`;
    this.#credential = credential;
  }

  /** Those that were not withdrawn, the latest first. */
  async list(): Promise<DocumentKey[]> {
    const answer = await this.#call('GET', '');
    const { keys } = answer as { keys: DocumentKey[] };
    return keys.sort((a, b) => b.created.localeCompare(a.created));
  }

  async make(role: 'view' | 'edit', label: string, expires: string | null): Promise<NewKey> {
    const body = { role, label, ...(expires !== null && { expires }) };
    return await this.#call('POST', '', body) as NewKey;
  }

  async rename({ id }: DocumentKey, label: string): Promise<void> {
    await this.#call('PATCH', `/${encodeURIComponent(id)}`, { label });
  }

  /** The same with another secret and id: the address that was given out opens nothing any more. */
  async replace({ id }: DocumentKey): Promise<NewKey> {
    return await this.#call('POST', `/${encodeURIComponent(id)}/rotate`) as NewKey;
  }

  /** Whoever came by this link is shown out at once. */
  async withdraw({ id }: DocumentKey): Promise<void> {
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
