import textCss from 'styles:editor-text';
import css from 'styles:editor-shadow';
import * as Y from 'yjs';
import { metaOf } from '../../protocol/schema.ts';
import { describeStatus } from '../live-editor/describe-status.ts';
import { LiveEditor } from '../live-editor/live-editor.ts';
import type { ProviderStatus } from '../provider/status.ts';
import { DocumentElement, upgradeProperties } from './document-element.ts';

/** How a guest appears to the others; what a token says goes before it. */
export interface EditorUser {
  readonly name: string;
  /** `#rrggbb` */
  readonly color: string;
}

const sheets = new Map<string, CSSStyleSheet>();

/**
 * `<edgepad-editor>`: the editor in the page itself. The text stands in the page, in a slot, where
 * every browser lets people type; toolbar, status and dialogs stand in the shadow root.
 *
 * Attributes and properties: `server` (the page's own origin where it is missing), `doc`, `token`,
 * `theme` (`light`, `dark`), `readonly`. Events: `ready`, `change`, `statuschange`. Parts: `head`,
 * `toolbar`, `status`, `text`. Custom properties as of `<edgepad-viewer>`. Nothing is kept on the
 * device: what is unsent is lost with the page, as {@link status} says.
 */
export class EdgepadEditor extends DocumentElement {
  static override readonly observedAttributes = [
    ...DocumentElement.observedAttributes,
    'readonly',
  ];

  #user: EditorUser | null = null;
  readonly #root = this.attachShadow({ mode: 'open' });
  readonly #toolbar = part('div', 'toolbar');
  readonly #status = part('p', 'status');
  readonly #overlays = document.createElement('div');
  #live: LiveEditor | null = null;
  #text: HTMLElement | null = null;
  /** The content that keeps the editor from mounting. */
  #unsupported: string | null = null;

  constructor() {
    super();
    const head = part('div', 'head');
    const text = part('div', 'text');
    this.#status.setAttribute('role', 'status');
    head.append(this.#toolbar, this.#status);
    text.append(document.createElement('slot'));
    this.#root.append(head, text, this.#overlays);
    this.#root.adoptedStyleSheets = [sheetOf(css)];
    upgradeProperties<EdgepadEditor>(this, ['readOnly', 'user']);
  }

  get readOnly(): boolean {
    return this.hasAttribute('readonly');
  }

  set readOnly(value: boolean) {
    this.toggleAttribute('readonly', value);
  }

  /** How this person appears to the others from now on. */
  get user(): EditorUser | null {
    return this.#user;
  }

  set user(value: EditorUser | null | undefined) {
    this.#user = value ?? null;
    if (this.#user) this.#live?.setUser(this.#user);
  }

  /** The shared document, for whatever else the page does with it; null while there is none. */
  get ydoc(): Y.Doc | null {
    return this.#live?.provider.doc ?? null;
  }

  /** Null while there is no document. */
  get status(): ProviderStatus | null {
    return this.#live?.provider.status ?? null;
  }

  override focus(): void {
    this.#live?.editor?.view.focus();
  }

  /** Asks `getToken` now: there is another one. */
  renewToken(): void {
    this.#live?.provider.renewToken();
  }

  override attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (name === 'readonly') this.#live?.updateEditable();
    else super.attributeChangedCallback(name, before, now);
  }

  protected override begin(): void {
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
      onMounted: (editor) => {
        this.dispatchEvent(new Event('ready'));
        const changed = () => this.dispatchEvent(new Event('change'));
        editor.onChange(changed);
        metaOf(doc).observe(changed);
      },
      onUnsupported: (what) => {
        this.#unsupported = what;
        this.#showStatus();
      },
      notify: (message) => this.#say(message),
    });
    this.#live.provider.addEventListener('status', () => this.#statusChanged());
    this.#statusChanged();
  }

  protected override end(): void {
    const live = this.#live;
    this.#live = null;
    live?.destroy();
    this.#text?.remove();
    this.#text = null;
    this.#unsupported = null;
    this.#say('');
  }

  #adoptTextStyles(): void {
    const root = this.getRootNode();
    if (!(root instanceof Document || root instanceof ShadowRoot)) return;
    const sheet = sheetOf(textCss);
    if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet);
  }

  #statusChanged(): void {
    this.#showStatus();
    this.dispatchEvent(new Event('statuschange'));
  }

  #showStatus(): void {
    if (!this.#live) return;
    const { status } = this.#live.provider;
    this.#say(
      this.#unsupported === null
        ? describeStatus(status).text
        : `This editor does not support some of this document: ${this.#unsupported}`,
    );
    this.#status.dataset.state = status.state;
  }

  #say(text: string): void {
    if (this.#status.textContent !== text) this.#status.textContent = text;
  }
}

function part(tag: string, name: string): HTMLElement {
  const element = document.createElement(tag);
  element.className = name;
  element.part.add(name);
  return element;
}

/** One for all elements of a page. */
function sheetOf(css: string): CSSStyleSheet {
  const known = sheets.get(css);
  if (known) return known;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  sheets.set(css, sheet);
  return sheet;
}
