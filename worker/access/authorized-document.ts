import {
  type Denial,
  denial,
  type DenialCode,
  isDenial,
  type Principal,
} from '../core/access/principal.ts';
import type { OperationType } from '../core/operations/operations.ts';
import {
  callDocument,
  type DocumentHandle,
  type RemoteAnswerOf,
  type RemoteOperationOf,
} from '../document.ts';
import { denied } from '../http/problem.ts';
import { denialHeader, forwardUpgrade } from '../http/upgrade.ts';

/** A document together with the principal of one request. Throws denials as Problems. */
export class AuthorizedDocument {
  readonly principal: Principal;
  readonly #handle: DocumentHandle;
  readonly #network: string | null;
  readonly #onDenied: (denial: Denial) => Promise<void>;

  constructor(
    handle: DocumentHandle,
    { principal, network }: { readonly principal: Principal; readonly network: string | null },
    onDenied: (denial: Denial) => Promise<void>,
  ) {
    this.#handle = handle;
    this.principal = principal;
    this.#network = network;
    this.#onDenied = onDenied;
  }

  /**
   * Answers an upgrade. A denied upgrade is accepted and then closed, with the reason; `onRefused` may
   * delay that.
   */
  async upgrade(
    request: Request,
    subprotocol: string | null,
    onRefused: () => Promise<void>,
  ): Promise<Response> {
    const forwarded = { principal: this.principal, network: this.#network, subprotocol };
    const response = await this.#handle.fetch(forwardUpgrade(request, forwarded));
    const code = response.headers.get(denialHeader) as DenialCode | null;
    if (code !== null) {
      await this.#onDenied(denial(code, ''));
      await onRefused();
    }
    return response;
  }

  async call<T extends OperationType>(operation: RemoteOperationOf<T>): Promise<RemoteAnswerOf<T>> {
    const answer = await callDocument(this.#handle, this.principal, operation, this.#network);
    if (!isDenial(answer)) return answer;
    await this.#onDenied(answer);
    throw denied(answer);
  }
}
