import {
  EditorState,
  type Plugin,
  type PluginView,
  TextSelection,
  type Transaction,
} from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import * as Y from 'yjs';
import { contentOf, indentOf, isChecked, kindOf, schema } from '../../../protocol/schema.ts';
import { applyGuarded } from '../../../web/editor/binding/apply-transaction.ts';
import { Binding } from '../../../web/editor/binding/binding.ts';
import { FailureGuard } from '../../../web/editor/binding/failure-guard.ts';
import { inlineRulesChunk } from '../../../web/editor/typing/inline-rules-chunk.ts';
import { inputRules } from '../../../web/editor/typing/input-rules.ts';
import { editorKeymap } from '../../../web/editor/commands/keymap.ts';
import { movedTextChunk } from '../../../web/editor/binding/moved-text-chunk.ts';
import { undoPlugin } from '../../../web/editor/binding/undo.ts';

await movedTextChunk.load();

// The editor formats typed text once they have loaded.
await inlineRulesChunk.load();

interface HeadlessEditorOptions {
  readonly editable?: boolean;
  readonly plugins?: readonly Plugin[];
  /** Called when the binding fails. Rethrows by default. */
  readonly onFailure?: (error: unknown) => void;
}

/**
 * The editor without a browser: the real state, plugins, commands and binding, with a minimal
 * stand-in for ProseMirror's view.
 */
export class HeadlessEditor {
  readonly doc: Y.Doc;
  state: EditorState;
  readonly composing = false;
  readonly isDestroyed = false;
  #pluginViews: PluginView[] = [];
  #editable: boolean;
  /** What the editor has told the user. */
  readonly messages: string[] = [];
  readonly #guard: FailureGuard;
  readonly #binding: Binding;

  constructor(
    doc = new Y.Doc(),
    options: HeadlessEditorOptions = {},
  ) {
    this.doc = doc;
    this.#editable = options.editable ?? true;
    this.#guard = new FailureGuard(
      options.onFailure ?? ((error) => {
        throw error;
      }),
    );
    this.#binding = new Binding(contentOf(doc), this.#guard);
    const plugins = [
      this.#binding.plugin,
      undoPlugin(this.#binding, (message) => this.messages.push(message)),
      ...options.plugins ?? [],
      inputRules(),
      ...editorKeymap(),
    ];
    this.state = EditorState.create({ doc: this.#binding.read(), plugins });
    this.#pluginViews = plugins.flatMap((plugin) => plugin.spec.view?.(this.view) ?? []);
  }

  get view(): EditorView {
    return this as unknown as EditorView;
  }

  get editable(): boolean {
    return this.#editable;
  }

  dispatch = (transaction: Transaction): void => applyGuarded(this, transaction, this.#guard);

  /** Makes a method of the binding throw from now on. */
  failIn(name: 'show' | 'write' | 'track'): void {
    this.#binding[name] = () => {
      throw new Error('Thrown by a test');
    };
  }

  updateState(state: EditorState): void {
    const before = this.state;
    this.state = state;
    if (state.plugins !== before.plugins) this.destroy();
    for (const pluginView of this.#pluginViews) pluginView.update?.(this.view, before);
  }

  hasFocus(): boolean {
    return false;
  }

  someProp(): undefined {}

  endOfTextblock(direction: string): boolean {
    const { $head } = this.state.selection;
    return direction === 'forward'
      ? $head.parentOffset === $head.parent.content.size
      : $head.parentOffset === 0;
  }

  destroy(): void {
    for (const pluginView of this.#pluginViews) pluginView.destroy?.();
    this.#pluginViews = [];
  }

  /** Types text key by key. `\n` is Enter. */
  type(text: string): void {
    for (const character of text) {
      if (character === '\n') {
        this.press('Enter');
        continue;
      }
      const { from, to } = this.state.selection;
      const handled = this.state.plugins.some((plugin) =>
        plugin.props.handleTextInput?.call(plugin, this.view, from, to, character, () => {
          throw new Error('Cannot insert text: the headless editor has no default handler');
        })
      );
      if (!handled) this.dispatch(this.state.tr.insertText(character, from, to));
    }
  }

  /**
   * Presses keys such as `Mod-Alt-1`, `Tab` or `Backspace`. Returns whether the editor handled
   * them.
   */
  press(keys: string): boolean {
    const parts = keys.split(/-(?!$)/);
    const key = parts.pop() ?? '';
    const event = {
      key: key.length === 1 && parts.includes('Shift') ? key.toUpperCase() : key,
      keyCode: key.length === 1 ? key.toUpperCase().charCodeAt(0) : 0,
      ctrlKey: parts.includes('Mod'),
      altKey: parts.includes('Alt'),
      shiftKey: parts.includes('Shift'),
      metaKey: false,
    } as KeyboardEvent;
    const handled = this.state.plugins.some((plugin) =>
      plugin.props.handleKeyDown?.call(plugin, this.view, event)
    );
    // The browser's default action.
    if (!handled && key === 'Backspace') {
      const { from } = this.state.selection;
      this.dispatch(this.state.tr.delete(from - 1, from));
    }
    return handled;
  }

  /** Sets the caret in a line: at its end, or after `offset` characters. */
  caret(line: number, offset?: number): void {
    const { start, size } = this.#line(line);
    this.#select(start + (offset ?? size), start + (offset ?? size));
  }

  select(from: readonly [line: number, offset: number], to: readonly [number, number]): void {
    this.#select(this.#line(from[0]).start + from[1], this.#line(to[0]).start + to[1]);
  }

  selectAll(): void {
    this.#select(1, this.state.doc.content.size - 1);
  }

  #select(anchor: number, head: number): void {
    const selection = TextSelection.create(this.state.doc, anchor, head);
    this.dispatch(this.state.tr.setSelection(selection));
  }

  #line(index: number): { start: number; size: number } {
    let start = 1;
    for (let i = 0; i < index; i++) start += this.state.doc.child(i).nodeSize;
    return { start, size: this.state.doc.child(index).content.size };
  }

  /** The blocks as `kind.level text`, with `|` at the caret. */
  get lines(): string[] {
    const { $head } = this.state.selection;
    const lines: string[] = [];
    this.state.doc.forEach((node, _offset, index) => {
      const text = node.textBetween(0, node.content.size, undefined, '⏎');
      const caret = $head.index(0) === index && $head.depth > 0 ? $head.parentOffset : -1;
      const shown = caret < 0 ? text : `${text.slice(0, caret)}|${text.slice(caret)}`;
      const level = indentOf(node.attrs) || '';
      const kind = node.type === schema.nodes.paragraph ? kindOf(node.attrs) : node.type.name;
      const done = isChecked(node.attrs) ? '✓' : '';
      lines.push(`${kind === 'text' && !level ? '' : `${kind}${level}${done} `}${shown}`);
    });
    return lines;
  }

  /** {@link lines} without the caret. */
  get text(): string[] {
    return this.lines.map((line) => line.replace('|', ''));
  }
}

/** An editor in which `text` has been typed. */
export function typed(text: string, options?: HeadlessEditorOptions): HeadlessEditor {
  const editor = new HeadlessEditor(undefined, options);
  editor.type(text);
  return editor;
}

/** Connects documents by a network without delay. Returns a function that disconnects them. */
export function connect(a: Y.Doc, b: Y.Doc): () => void {
  exchange(a, b);
  const toB = (update: Uint8Array, origin: unknown) => {
    if (origin !== 'network') Y.applyUpdate(b, update, 'network');
  };
  const toA = (update: Uint8Array, origin: unknown) => {
    if (origin !== 'network') Y.applyUpdate(a, update, 'network');
  };
  a.on('update', toB);
  b.on('update', toA);
  return () => {
    a.off('update', toB);
    b.off('update', toA);
  };
}

/** Syncs two documents: each receives the updates it lacks. */
export function exchange(a: Y.Doc, b: Y.Doc): void {
  const forB = Y.encodeStateAsUpdate(a, Y.encodeStateVector(b));
  const forA = Y.encodeStateAsUpdate(b, Y.encodeStateVector(a));
  Y.applyUpdate(b, forB, 'network');
  Y.applyUpdate(a, forA, 'network');
}

/**
 * Two authors of the same document, not connected. Their client ids are fixed, so that merges are
 * the same in each run.
 */
export function twoEditors(text: string): { a: HeadlessEditor; b: HeadlessEditor } {
  const first = new Y.Doc();
  const second = new Y.Doc();
  first.clientID = 1;
  second.clientID = 2;
  const a = new HeadlessEditor(first);
  a.type(text);
  const b = new HeadlessEditor(second);
  exchange(first, second);
  return { a, b };
}
