import type { DenialCode, Principal } from '../core/access/principal.ts';
import { callLocally, type DocumentHandle, type RemoteOperation } from '../document.ts';
import { denialHeader, readForwardedUpgrade } from '../http/upgrade.ts';
import type { Documents } from './documents.ts';
import type { Upgrades } from './http/upgrades.ts';

/** {@link DocumentHandle} for a document of this process, which it looks up for each call. */
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
    const { principal, ...client } = readForwardedUpgrade(upgrade);
    const response = this.#upgrades.defer(client.subprotocol, (socket) => {
      // Access may have changed since the request.
      const document = this.#documents.get(this.#name);
      const admission = document.use((core) => core.admit(principal, client));
      if (admission.status === 'admitted') {
        document.join(socket, admission.attachment);
      } else {
        const { code, reason } = admission;
        document.trace?.('connection refused', { origin: client.origin, code, reason });
        this.#upgrades.refuse(socket, admission);
      }
    });
    const denial = this.#denialOf(principal, client.subprotocol);
    // The routes count denials when they get this response.
    if (denial !== null) response.headers.set(denialHeader, denial);
    return Promise.resolve(response);
  }

  call(principal: Principal | null, operation: RemoteOperation, network: string | null) {
    const document = () => this.#documents.get(this.#name);
    return callLocally(operation, {
      exists: () => document().use((core) => core.exists),
      call: (local) => document().use((core) => core.call(principal, local, network)),
    });
  }

  #denialOf(principal: Principal, subprotocol: string | null): DenialCode | null {
    try {
      const admission = this.#documents.get(this.#name)
        .use((core) => core.admit(principal, { subprotocol }));
      return admission.status === 'refused' ? admission.denial : null;
    } catch {
      // The document fails again when the socket opens, which reports the error and closes it.
      return null;
    }
  }
}
