import { vi } from 'vitest';
import * as Y from 'yjs';
import { edgepadProtocol } from '../../../protocol/headers.ts';
import { EdgepadProvider } from '../../../web/provider/provider.ts';
import type { CopyOnDevice } from '../../../web/provider/provider-options.ts';
import type { WebSocketClass } from '../../../web/provider/transport/socket.ts';
import { permissionOf } from '../../../worker/core/access/principal.ts';
import { newAttachment } from '../../../worker/core/room/new-connection.ts';
import type { World } from '../world.ts';
import type { TestConnection } from './test-connection.ts';

/** A provider beside the clients of a world. It reconnects while the network is there. */
export class Author {
  readonly doc: Y.Doc;
  readonly provider: EdgepadProvider;
  isOnline = true;
  /** Count of sockets opened. */
  sockets = 0;
  readonly #sockets = new Set<{ cut(): void }>();

  constructor(world: World, doc = new Y.Doc(), offline?: CopyOnDevice) {
    this.doc = doc;
    this.provider = new EdgepadProvider({
      url: 'ws://service/docs',
      name: 'notes',
      doc,
      WebSocket: socketClass(world, this, this.#sockets),
      fetch: () =>
        this.isOnline
          ? Promise.resolve(new Response(null, { status: 405 }))
          : Promise.reject(new TypeError('No network')),
      ...(offline && { offline }),
    });
  }

  get text(): Y.Text {
    return this.doc.getText('content');
  }

  type(text: string): void {
    this.text.insert(this.text.length, text);
  }

  leave(): void {
    this.isOnline = false;
    for (const socket of this.#sockets) socket.cut();
  }

  return(): void {
    this.isOnline = true;
    this.provider.reconnect();
  }
}

function socketClass(
  world: World,
  author: Author,
  sockets: Set<{ cut(): void }>,
): WebSocketClass {
  class Socket {
    readyState = 0;
    binaryType = '';
    onopen: (() => void) | null = null;
    onmessage: ((event: { data: unknown }) => void) | null = null;
    onclose: ((event: { code: number; reason: string }) => void) | null = null;
    onerror: (() => void) | null = null;
    #connection: TestConnection | null = null;

    constructor() {
      sockets.add(this);
      author.sockets++;
      setTimeout(() => this.#open());
    }

    #open(): void {
      if (!author.isOnline) return this.disconnected();
      const attachment = newAttachment(permissionOf('edit'), edgepadProtocol);
      this.#connection = world.open(this, attachment);
      this.readyState = 1;
      this.onopen?.();
    }

    received(frame: Uint8Array): void {
      this.onmessage?.({ data: frame.slice().buffer });
    }

    disconnected(): void {
      sockets.delete(this);
      this.readyState = 3;
      const { closeCode = null, closeReason = '' } = this.#connection ?? {};
      this.onclose?.({ code: closeCode ?? 1006, reason: closeReason });
    }

    send(data: Uint8Array | string): void {
      if (typeof data === 'string') this.onmessage?.({ data: 'pong' });
      else this.#connection?.toRoom.push(data.slice());
    }

    close(): void {
      sockets.delete(this);
      this.readyState = 3;
      if (this.#connection) world.lose(this.#connection);
    }

    cut(): void {
      this.close();
      this.onclose?.({ code: 1006, reason: '' });
    }
  }
  return Socket as unknown as WebSocketClass;
}

/** Delivers frames and lets ten seconds pass, with code that is loaded on demand. Needs fake timers. */
export async function settle(world: World): Promise<void> {
  for (let round = 0; round < 100; round++) {
    world.settle();
    await vi.advanceTimersByTimeAsync(100);
    // Code that is loaded on demand.
    await vi.dynamicImportSettled();
  }
  world.settle();
}
