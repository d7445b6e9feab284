/**
 * The script of the page that `editor-page.ts` opens: mounts the editor as the document page does,
 * on documents that exist only in this page.
 */
import type { Node } from 'prosemirror-model';
import { TextSelection } from 'prosemirror-state';
import { applyAwarenessUpdate, Awareness, encodeAwarenessUpdate } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { ContentChanges } from '../../../content/content-changes.ts';
import { contentOf } from '../../../protocol/schema.ts';
import { inlineRulesChunk } from '../../../web/editor/typing/inline-rules-chunk.ts';
import { createEditor, type Editor } from '../../../web/editor/editor.ts';
import { createImageCommand } from '../../../web/editor/view/image-command.ts';
import { htmlToLines, readHtml } from '../../../web/editor/import/html.ts';
import { markdownToLines } from '../../../web/editor/import/markdown.ts';
import { createLinkCommand } from '../../../web/editor/view/link-command.ts';
import { createToolbar } from '../../../web/editor/view/toolbar.ts';
import { linesOf } from '../../web/editor/lines-of.ts';

export interface MountedEditor {
  readonly editor: Editor;
  readonly doc: Y.Doc;
  readonly awareness: Awareness;
  /** The messages that the editor has shown to the user. */
  readonly messages: string[];
}

const editors: MountedEditor[] = [];

/** Connects a document to that of the first editor, by a network without delay. */
function connect(doc: Y.Doc): void {
  const other = editors[0]?.doc;
  if (!other) throw new TypeError('Cannot connect document: there is no other document');
  const send = (to: Y.Doc) => (update: Uint8Array, origin: unknown) => {
    if (origin !== 'network') Y.applyUpdate(to, update, 'network');
  };
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(other), 'network');
  Y.applyUpdate(other, Y.encodeStateAsUpdate(doc), 'network');
  doc.on('update', send(other));
  other.on('update', send(doc));
}

/** Mounts another editor on the same content. */
function mount(parent?: Element | ShadowRoot): MountedEditor {
  const doc = new Y.Doc();
  if (editors.length > 0) connect(doc);
  return mountOn(doc, parent);
}

function mountOn(doc: Y.Doc, parent?: Element | ShadowRoot): MountedEditor {
  const toolbar = document.createElement('div');
  const paper = document.createElement('div');
  paper.className = 'paper';
  (parent ?? document.body).append(toolbar, paper);
  const messages: string[] = [];
  const link = createLinkCommand(document.body);
  const image = createImageCommand(document.body);
  const awareness = new Awareness(doc);
  const editor = createEditor(paper, {
    doc,
    awareness,
    editable: true,
    plugins: [link.plugin, createToolbar(toolbar, link.open, image.open)],
    notify: (message, details = []) => messages.push([message, ...details].join('\n')),
  });
  const mounted = { editor, doc, awareness, messages };
  editors.push(mounted);
  return mounted;
}

/** Pastes what another program has copied. `types` are additional clipboard formats. */
function paste(html: string, text: string, types: Record<string, string> = {}): void {
  const clipboardData = new DataTransfer();
  if (html !== '') clipboardData.setData('text/html', html);
  if (text !== '') clipboardData.setData('text/plain', text);
  for (const [type, value] of Object.entries(types)) clipboardData.setData(type, value);
  const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
  page.editor.view.dom.dispatchEvent(event);
}

/** Copies the selection, and returns what another program would get. */
function copy(): { html: string; text: string } {
  const clipboardData = new DataTransfer();
  const event = new ClipboardEvent('copy', { clipboardData, bubbles: true, cancelable: true });
  page.editor.view.dom.dispatchEvent(event);
  return {
    html: clipboardData.getData('text/html'),
    text: clipboardData.getData('text/plain'),
  };
}

/** Replaces the content of the first editor. */
function setLines(lines: Node): void {
  const { state, dispatch } = page.editor.view;
  dispatch(state.tr.replaceWith(0, state.doc.content.size, lines.content));
}

function select(from: number, to = from): void {
  const { state, dispatch } = page.editor.view;
  dispatch(state.tr.setSelection(TextSelection.create(state.doc, from, to)));
}

const first = mount();

const page = {
  ...first,
  /** Settles once typed text is formatted. */
  ready: inlineRulesChunk.load().then(() => {}),
  mount,
  mountDisconnected: () => mountOn(new Y.Doc()),
  connect,
  presence: { encodeAwarenessUpdate, applyAwarenessUpdate },
  paste,
  copy,
  setLines,
  select,
  lines: (which = 0) =>
    linesOf(editors[which]?.editor.view.state.doc ?? first.editor.view.state.doc),
  content: () => contentOf(first.doc).toString(),
  applyUpdate: (update: Uint8Array) => Y.applyUpdate(first.doc, update, 'network'),
  htmlToLines,
  readHtml: (html: string) => {
    const changes = new ContentChanges();
    const { lines, title } = readHtml(html, changes);
    return { lines: linesOf(lines), title, changes: changes.sentences() };
  },
  markdownToLines,
  linesOf,
};

export type EditorTestPage = typeof page;

declare global {
  // A global cannot be declared in another way.
  var edgepad: EditorTestPage;
}

globalThis.edgepad = page;
