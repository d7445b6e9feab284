import textCss from 'styles:editor-text';
import css from 'styles:editor-shadow';
import * as Y from 'yjs';
import { metaOf } from '../../protocol/schema.ts';
import type { Editor } from '../editor/editor.ts';
import { describeStatus } from '../live-editor/describe-status.ts';
import { LiveEditor, type PresenceUser } from '../live-editor/live-editor.ts';
import type { ProviderStatus } from '../provider/status.ts';
import { DocumentElement, upgradeProperties } from './document-element.ts';
import { createPart, sharedStyleSheet } from './shadow-parts.ts';

/**
 * `<edgepad-editor>`: the editor in the page. The text is in the page's own tree, in a slot, because
 * Safari loses the caret in a shadow root. Toolbar, status, dialogs and recovered text are in the
 * shadow root.
 *
 * Attributes: `server` (default: the origin of the page), `doc`, `token`, `theme` (`light`, `dark`) and
 * `readonly`; all but `theme` are properties too. Events: `ready`, `change`, `statuschange`. Parts: `head`, `toolbar`,
 * `status`, `text`. Custom properties as in `<edgepad-viewer>`. Nothing is stored on the device:
 * unsent changes are lost when the page closes. {@link status} shows whether there are any.
 */
export class EdgepadEditor extends DocumentElement {
  static override readonly observedAttributes = [
    ...DocumentElement.observedAttributes,
    'readonly',
  ];

  #user: PresenceUser | null = null;
  readonly #root = this.attachShadow({ mode: 'open' });
  readonly #toolbar = createPart('div', 'toolbar');
  readonly #status = createPart('p', 'status');
  readonly #overlays = document.createElement('div');
  #live: LiveEditor | null = null;
  #text: HTMLElement | null = null;
  /** Describes the content because of which the document cannot be edited here. */
  #unsupported: string | null = null;

  constructor() {
    super();
    const head = createPart('div', 'head');
    const text = createPart('div', 'text');
    this.#status.setAttribute('role', 'status');
    head.append(this.#toolbar, this.#status);
    text.append(document.createElement('slot'));
    this.#root.append(head, text, this.#overlays);
    this.#root.adoptedStyleSheets = [sharedStyleSheet(css)];
    upgradeProperties<EdgepadEditor>(this, ['readOnly', 'user']);
  }

  get readOnly(): boolean {
    return this.hasAttribute('readonly');
  }

  set readOnly(value: boolean) {
    this.toggleAttribute('readonly', value);
  }

  /** How a guest appears to the others. A token overrides it. */
  get user(): PresenceUser | null {
    return this.#user;
  }

  set user(value: PresenceUser | null | undefined) {
    this.#user = value ?? null;
    if (this.#user) this.#live?.setUser(this.#user);
  }

  /** The document, for other Yjs bindings of the page; null without `doc`. */
  get ydoc(): Y.Doc | null {
    return this.#live?.provider.doc ?? null;
  }

  /** Null without `doc`. */
  get status(): ProviderStatus | null {
    return this.#live?.provider.status ?? null;
  }

  override focus(): void {
    this.#live?.editor?.view.focus();
  }

  /** Calls `getToken` now. Use it when the page has another token. */
  renewToken(): void {
    this.#live?.provider.renewToken();
  }

  override attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (name === 'readonly') this.#live?.updateEditable();
    else super.attributeChangedCallback(name, before, now);
  }

  protected override start(): void {
    if (!this.doc || this.#live) return;
    this.#adoptTextStyles();
    const doc = new Y.Doc();
    this.#text = document.createElement('div');
    this.append(this.#text);
    this.#live = new LiveEditor({
      doc,
      name: this.doc,
      url: `${this.server.replace(/^http/, 'ws')}/docs`,
      getToken: async () => await this.getToken?.() ?? this.token,
      user: this.user,
      text: this.#text,
      toolbar: this.#toolbar,
      overlays: this.#overlays,
      isReadOnly: () => this.readOnly,
      onMounted: (editor) => this.#dispatchChanges(doc, editor),
      others: 'text',
      onUnsupported: (what) => {
        this.#unsupported = what;
        this.#showStatus();
      },
      // The provider may be in the middle of an update.
      onSupported: () => queueMicrotask(() => this.#restart()),
      notify: (message) => this.#showText(message),
    });
    this.#live.provider.addEventListener('status', () => this.#onStatus());
    this.#onStatus();
  }

  protected override stop(): void {
    const live = this.#live;
    this.#live = null;
    live?.destroy();
    this.#text?.remove();
    this.#text = null;
    this.#unsupported = null;
    this.#showText('');
  }

  #restart(): void {
    if (!this.isConnected) return;
    this.stop();
    this.start();
  }

  /** The text inherits no styles from the shadow root. */
  #adoptTextStyles(): void {
    const root = this.getRootNode();
    if (!(root instanceof Document || root instanceof ShadowRoot)) return;
    const sheet = sharedStyleSheet(textCss);
    if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet);
  }

  #dispatchChanges(doc: Y.Doc, editor: Editor): void {
    this.dispatchEvent(new Event('ready'));
    const dispatchChange = () => this.dispatchEvent(new Event('change'));
    editor.onChange(dispatchChange);
    metaOf(doc).observe(dispatchChange);
  }

  #onStatus(): void {
    this.#showStatus();
    this.dispatchEvent(new Event('statuschange'));
  }

  #showStatus(): void {
    if (!this.#live) return;
    const { status } = this.#live.provider;
    this.#status.dataset.state = status.state;
    this.#showText(
      this.#unsupported === null
        ? describeStatus(status).text
        : `Cannot edit: this editor does not support ${this.#unsupported}`,
    );
  }

  /** A screen reader announces each write. */
  #showText(text: string): void {
    if (this.#status.textContent !== text) this.#status.textContent = text;
  }
}
