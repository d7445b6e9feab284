import { EdgepadProvider as BaseProvider } from '../provider/provider.ts';
import type { ProviderStatus } from '../provider/status.ts';

/** The state of the connection, as other Yjs providers report it. */
export interface ConnectionStatus {
  readonly status: 'connecting' | 'connected' | 'disconnected';
}

/** The events of {@link EdgepadProvider.on}. */
export interface ProviderEvents {
  /** The state of the connection has changed. */
  status: (status: ConnectionStatus) => void;
  /** The document is complete for the first time. */
  sync: (isSynced: boolean) => void;
  synced: (isSynced: boolean) => void;
  /** Never called. Some editors listen to them. */
  update: (update: unknown) => void;
  reload: (doc: unknown) => void;
}

type Listener = (argument: never) => void;

const connectionStatus: Readonly<Record<ProviderStatus['state'], ConnectionStatus['status']>> = {
  'connecting': 'connecting',
  'saving': 'connected',
  'saved': 'connected',
  'read-only': 'connected',
  'offline': 'disconnected',
  'refused': 'disconnected',
};

/**
 * The provider of the package. Adds the interface of other Yjs providers (y-websocket, Hocuspocus), for
 * editors that expect it, and {@link whenSaved}.
 */
export class EdgepadProvider extends BaseProvider {
  readonly #listeners = new Map<string, Map<Listener, (event: Event) => void>>();

  /** Calls `listener` on each event, until {@link off}. A second call with the same listener does nothing. */
  on<Name extends keyof ProviderEvents>(name: Name, listener: ProviderEvents[Name]): void {
    const listeners = this.#listeners.get(name) ?? new Map<Listener, () => void>();
    if (listeners.has(listener)) return;
    const type = name === 'sync' ? 'synced' : name;
    let last: string | null = null;
    const call = () => {
      const status = connectionStatus[this.status.state];
      if (type === 'synced') return (listener as ProviderEvents['sync'])(true);
      if (status === last) return;
      last = status;
      (listener as ProviderEvents['status'])({ status });
    };
    this.#listeners.set(name, listeners.set(listener, call));
    this.addEventListener(type, call);
  }

  /** Ends {@link on}. */
  off<Name extends keyof ProviderEvents>(name: Name, listener: ProviderEvents[Name]): void {
    const call = this.#listeners.get(name)?.get(listener);
    if (!call) return;
    this.#listeners.get(name)?.delete(listener);
    this.removeEventListener(name === 'sync' ? 'synced' : name, call);
  }

  /**
   * Resolves when the service has stored every change. Rejects with the reason when it accepts no
   * changes from this client. Waits while the client is offline.
   */
  whenSaved(): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = () => {
        const { status } = this;
        if (status.state === 'saved') resolve();
        else if (status.state === 'refused' || status.state === 'read-only') {
          reject(new Error(`Cannot save: ${status.reason}`));
        } else return;
        this.removeEventListener('status', check);
      };
      this.addEventListener('status', check);
      check();
    });
  }
}
