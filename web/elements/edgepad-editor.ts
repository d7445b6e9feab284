import textCss from 'styles:editor-text';
import css from 'styles:editor-shadow';
import * as Y from 'yjs';
import { metaOf, schemaNumber } from '../../protocol/schema.ts';
import { createEditor, type Editor } from '../editor/editor.ts';
import { unsupportedTextIn } from '../editor/model/unsupported-text.ts';
import { watchForUnsupportedContent } from '../editor/model/unsupported-content.ts';
import { createImageCommand } from '../editor/view/image-command.ts';
import { createLinkCommand } from '../editor/view/link-command.ts';
import { createToolbar } from '../editor/view/toolbar.ts';
import { contentOf } from '../../protocol/schema.ts';
import { statusWords } from '../pages/document/bar/status.ts';
import { EdgepadProvider } from '../provider/provider.ts';
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
  readonly #dialogs = document.createElement('div');
  #provider: EdgepadProvider | null = null;
  #editor: Editor | null = null;
  #text: HTMLElement | null = null;

  constructor() {
    super();
    const head = part('div', 'head');
    const text = part('div', 'text');
    this.#status.setAttribute('role', 'status');
    head.append(this.#toolbar, this.#status);
    text.append(document.createElement('slot'));
    this.#root.append(head, text, this.#dialogs);
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
    if (this.#user) this.#provider?.awareness.setLocalStateField('user', { ...this.#user });
  }

  /** The shared document, for whatever else the page does with it; null while there is none. */
  get ydoc(): Y.Doc | null {
    return this.#provider?.doc ?? null;
  }

  /** Null while there is no document. */
  get status(): ProviderStatus | null {
    return this.#provider?.status ?? null;
  }

  override focus(): void {
    this.#editor?.view.focus();
  }

  /** Asks `getToken` now: there is another one. */
  renewToken(): void {
    this.#provider?.renewToken();
  }

  override attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (name === 'readonly') this.#follow();
    else super.attributeChangedCallback(name, before, now);
  }

  protected override begin(): void {
    if (!this.doc || this.#provider) return;
    const root = this.getRootNode();
    if (root instanceof Document || root instanceof ShadowRoot) {
      const sheet = sheetOf(textCss);
      if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet);
    }
    const provider = new EdgepadProvider({
      url: `${this.server.replace(/^http/, 'ws')}/docs`,
      name: this.doc,
      doc: new Y.Doc(),
      getToken: async () => await this.getToken?.() ?? this.token,
      schema: schemaNumber,
    });
    this.#provider = provider;
    if (this.user) provider.awareness.setLocalStateField('user', { ...this.user });
    provider.addEventListener('status', () => this.#follow());
    provider.addEventListener('synced', () => this.#mount(provider), { once: true });
    this.#follow();
  }

  #mount(provider: EdgepadProvider): void {
    const { doc, awareness } = provider;
    const refuse = (what: string) => {
      this.#unmount();
      this.#say(`This document holds what this editor does not know: ${what}`);
    };
    const unknown = unsupportedTextIn(doc);
    if (unknown !== null) return refuse(unknown);
    watchForUnsupportedContent(contentOf(doc), refuse);
    this.#text = document.createElement('div');
    this.append(this.#text);
    const link = createLinkCommand(this.#dialogs);
    const image = createImageCommand(this.#dialogs);
    this.#editor = createEditor(this.#text, {
      doc,
      awareness,
      editable: this.#mayWrite(),
      plugins: [link.plugin, createToolbar(this.#toolbar, link.open, image.open)],
      tell: (message) => this.#say(message),
    });
    this.dispatchEvent(new Event('ready'));
    const changed = () => this.dispatchEvent(new Event('change'));
    this.#editor.onChange(changed);
    metaOf(doc).observe(changed);
  }

  #unmount(): void {
    this.#editor?.destroy();
    this.#text?.remove();
    this.#editor = this.#text = null;
  }

  protected override end(): void {
    this.#unmount();
    const provider = this.#provider;
    this.#provider = null;
    provider?.destroy();
    this.#say('');
  }

  #follow(): void {
    const { status } = this.#provider ?? {};
    if (!status) return;
    this.#editor?.setEditable(this.#mayWrite());
    this.#say(statusWords(status).text);
    this.#status.dataset.state = status.state;
    this.dispatchEvent(new Event('statuschange'));
  }

  #mayWrite(): boolean {
    const { state } = this.#provider?.status ?? {};
    return !this.readOnly && state !== 'read-only' && state !== 'refused';
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
