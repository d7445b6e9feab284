import type * as Y from 'yjs';
import type { ContentKind } from '../../protocol/other-roots.ts';
import { contentOf, schemaNumber } from '../../protocol/schema.ts';
import {
  findUnsupportedContent,
  watchForUnsupportedContent,
} from '../editor/model/unsupported-content.ts';
import { createImageCommand } from '../editor/view/image-command.ts';
import { createLinkCommand } from '../editor/view/link-command.ts';
import { createEditor, type Editor } from '../editor/editor.ts';
import { createToolbar } from '../editor/view/toolbar.ts';
import type { GetToken } from '../provider/credentials.ts';
import { EdgepadProvider } from '../provider/provider.ts';
import type { Recovery, RecoveryOptions } from './recover-lost-text.ts';

/** How this client appears to the others. */
export interface PresenceUser {
  readonly name?: string;
  /** `#rrggbb` */
  readonly color?: string;
}

interface LiveEditorOptions extends RecoveryOptions {
  readonly doc: Y.Doc;
  readonly getToken: GetToken;
  readonly user: PresenceUser | null;
  /** Receives the text. Hidden while there is none to show. */
  readonly text: HTMLElement;
  readonly toolbar: HTMLElement;
  /**
   * What of other programs in an empty document makes it unsupported. A page that adds its own data to
   * the document passes `text`.
   */
  readonly others: ContentKind;
  /** Whether the page wants a read-only text, whatever the role. Read again by `updateEditable`. */
  readonly isReadOnly?: () => boolean;
  readonly onMounted?: (editor: Editor) => void;
  /** Called at the first sync or later, once the editor is destroyed. `what` names the content. */
  readonly onUnsupported: (what: string) => void;
  /** Called when the unsupported content has been removed. Reload, or create another live editor. */
  readonly onSupported?: () => void;
  /** Shows the user that an action failed. */
  readonly notify: (message: string) => void;
}

/**
 * Mounts the editor on one document and keeps it connected: provider, offline copy, presence,
 * recovery of lost and unsaved text. The text stays editable while the service accepts changes.
 *
 * The editor is mounted at the first sync. Before that, the text on the service is unknown, and what
 * the user types could duplicate it. It is destroyed when the document holds content that its schema
 * does not know: ProseMirror would delete that content for every client. When the editor throws, the
 * provider stops, and the page offers the text.
 */
export class LiveEditor {
  readonly provider: EdgepadProvider;
  readonly #options: LiveEditorOptions;
  #editor: Editor | null = null;
  #isUnsupported = false;
  #recovery: Promise<Recovery> | null = null;

  constructor(options: LiveEditorOptions) {
    const { doc, offline, name, url, getToken, user } = options;
    this.#options = options;
    this.provider = new EdgepadProvider({
      url,
      name,
      doc,
      getToken,
      schema: schemaNumber,
      ...(offline && { offline }),
    });
    if (user) this.setUser(user);
    this.provider.addEventListener('status', () => this.#followStatus());
    this.provider.addEventListener('synced', () => this.#start(), { once: true });
  }

  /** Null before the first sync, and when the document cannot be edited here. */
  get editor(): Editor | null {
    return this.#editor;
  }

  /** Whether the user may type: the page and the service both allow it. */
  get isEditable(): boolean {
    const { state } = this.provider.status;
    return !this.#options.isReadOnly?.() && state !== 'read-only' && state !== 'refused';
  }

  setUser({ name, color }: PresenceUser): void {
    this.provider.awareness.setLocalStateField('user', { name, color });
  }

  /** Applies a change of {@link LiveEditorOptions.isReadOnly}. */
  updateEditable(): void {
    this.#editor?.setEditable(this.isEditable);
  }

  /** Removes the editor from the page and disconnects. Sends what is still unsent first. */
  destroy(): void {
    this.#unmount();
    void this.#recovery?.then((recovery) => recovery.destroy());
    this.provider.destroy();
  }

  #start(): void {
    const { text, toolbar, overlays, others, onMounted } = this.#options;
    const { doc, awareness } = this.provider;
    const refuse = (what: string) => this.#refuseUnsupported(what);
    const unsupported = findUnsupportedContent(doc, others);
    if (unsupported !== null) return refuse(unsupported);
    watchForUnsupportedContent(contentOf(doc), refuse);
    const link = createLinkCommand(overlays);
    const image = createImageCommand(overlays);
    try {
      this.#editor = createEditor(text, {
        doc,
        awareness,
        editable: this.isEditable,
        isOffline: () => this.provider.status.state === 'offline',
        plugins: [link.plugin, createToolbar(toolbar, link.open, image.open)],
        notify: (message, details) => this.#notify(message, details),
        onFailure: (error) => this.#stop(error),
      });
    } catch (error) {
      this.#stop(error);
    }
    text.removeAttribute('aria-busy');
    if (this.#editor) onMounted?.(this.#editor);
    this.#recovery = this.#startRecovery();
  }

  async #notify(message: string, details?: readonly string[]): Promise<void> {
    const { overlays, notify } = this.#options;
    if (!details) return notify(message);
    const { showContentNotice } = await import('./content-notice.ts');
    showContentNotice(overlays, message, details);
  }

  async #startRecovery(): Promise<Recovery> {
    const { recoverLostText } = await import('./recover-lost-text.ts');
    return recoverLostText(this, this.#options);
  }

  #followStatus(): void {
    this.updateEditable();
    this.#updateVisibility();
  }

  /** Disconnects. The page keeps showing the text of the editor, and `recoverLostText` offers it. */
  #stop(error: unknown): void {
    this.provider.stop('An error stopped the editor. Reload the page to continue');
    reportError(error);
  }

  #refuseUnsupported(what: string): void {
    this.#unmount();
    this.#isUnsupported = true;
    this.#updateVisibility();
    this.#options.onUnsupported(what);
    const { doc } = this.provider;
    const check = () => {
      if (findUnsupportedContent(doc, this.#options.others) !== null) return;
      doc.off('afterAllTransactions', check);
      this.#options.onSupported?.();
    };
    doc.on('afterAllTransactions', check);
  }

  /** A text that the service refuses stays on the page: it may be the only copy. */
  #updateVisibility(): void {
    const { text, toolbar } = this.#options;
    const isRefused = this.provider.status.state === 'refused';
    toolbar.hidden = isRefused || this.#isUnsupported;
    text.hidden = this.#isUnsupported || (isRefused && this.#editor === null);
  }

  #unmount(): void {
    this.#editor?.destroy();
    this.#editor = null;
  }
}

/** Makes the browser ask before it closes a page whose changes would be lost with it. */
export function confirmUnload(provider: EdgepadProvider): void {
  addEventListener('beforeunload', (event) => {
    const { status } = provider;
    const isUnsent = status.state === 'offline' && status.unsent > 0 && !status.stored;
    if (status.state === 'saving' || isUnsent) event.preventDefault();
  });
}
