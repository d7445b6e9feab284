import * as Y from 'yjs';
import { encodeAwareness } from '../../../protocol/awareness.ts';
import { decodeMessages } from '../../../protocol/messages.ts';
import { SimulatedClient } from './simulated-client.ts';

/** A script without a Yjs provider. It announces itself once per connection and never renews that. */
export class RawClient extends SimulatedClient {
  readonly speaksEdgepad = false;
  isSynced = false;

  override connect(): void {
    if (this.socket) return;
    // Each run is another process, with another client id, which announces itself at the same clock.
    this.reload(true);
    super.connect();
  }

  received(frame: Uint8Array): void {
    for (const message of decodeMessages(frame)) {
      if (message.type === 'sync-step-1') {
        const update = Y.encodeStateAsUpdate(this.doc, message.stateVector);
        this.send({ type: 'sync-step-2', update });
      } else if (message.type === 'sync-step-2' || message.type === 'update') {
        this.isSynced ||= message.type === 'sync-step-2';
        Y.applyUpdate(this.doc, message.update, this);
      }
    }
  }

  tick(): void {}

  repeat(): void {}

  override present(): void {}

  protected opened(): void {
    this.send({ type: 'sync-step-1', stateVector: Y.encodeStateVector(this.doc) });
    const state = JSON.stringify(this.awareness.getLocalState());
    const update = encodeAwareness([{ client: this.awareness.clientID, clock: 1, state }]);
    this.send({ type: 'awareness', update });
  }

  protected closed(): void {
    this.isSynced = false;
  }

  protected reloaded(): void {}

  protected updated(update: Uint8Array): void {
    this.send({ type: 'update', update });
  }

  protected presenceChanged(): void {}
}
