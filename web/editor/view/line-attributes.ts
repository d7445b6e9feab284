import type { PluginView } from 'prosemirror-state';
import { Decoration, DecorationSet, type EditorView } from 'prosemirror-view';
import { indentOf, isListKind, kindOf, schema } from '../../../protocol/schema.ts';
import { sectionId } from '../../../protocol/text/section-names.ts';
import { bindingOf } from '../binding/binding.ts';
import { outlineOf } from '../model/outline.ts';
import { lineAttributesKey } from './line-attributes-key.ts';

/** How long the text must be unchanged before the attributes are updated, in milliseconds. */
const updateDelay = 200;
/** Lines of a list, for screen readers. The next lines are another list. */
const maxListLines = 500;

type Attributes = { readonly [name: string]: string };
/** The attributes of the line at a position. */
type LineEntry = readonly [position: number, attributes: Attributes];

/**
 * Gives headings the ids that rendered pages have, too, and joins the lines of a list to one list for
 * screen readers: each line is an element of its own, so the first one owns the others.
 */
export class LineAttributes implements PluginView {
  readonly #view: EditorView;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #doc: EditorView['state']['doc'] | null = null;

  constructor(view: EditorView) {
    this.#view = view;
    this.#schedule();
  }

  update(): void {
    if (this.#view.state.doc !== this.#doc) this.#schedule();
  }

  destroy(): void {
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    this.#doc = this.#view.state.doc;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#show(), updateDelay);
  }

  #show(): void {
    const view = this.#view;
    if (view.isDestroyed) return;
    // A change of the line under composition could end the composition.
    if (view.composing) return this.#schedule();
    const shown = lineAttributesKey.getState(view.state)?.find()
      .map(({ from, spec }) => [from, spec.attributes]);
    const lines = [...headingIds(view), ...listAttributes(view)].sort(([a], [b]) => a - b);
    if (JSON.stringify(shown) === JSON.stringify(lines)) return;
    const { doc, tr } = view.state;
    const decorations = lines.map(([position, attributes]) => {
      const end = position + (doc.nodeAt(position)?.nodeSize ?? 0);
      return Decoration.node(position, end, attributes, { attributes });
    });
    view.dispatch(tr.setMeta(lineAttributesKey, DecorationSet.create(doc, decorations)));
  }
}

/** The id of each heading with text. */
export function headingIds(view: EditorView): LineEntry[] {
  return outlineOf(view.state.doc).flatMap(({ position, index }) => {
    const key = keyAt(view, index);
    return key === null ? [] : [[position, { id: sectionId(key) }]];
  });
}

/**
 * The first line of each list is the list, and owns the items of the others. The roles are set for every
 * line: the decoration of a line replaces those of its element.
 */
function listAttributes(view: EditorView): LineEntry[] {
  const lines: LineEntry[] = [];
  let kind = '';
  let list: { readonly position: number; readonly item: string }[] = [];
  const endList = () => {
    const [first, ...others] = list;
    if (first) {
      const owned = others.map(({ item }) => item).join(' ');
      lines.push([first.position, { role: 'list', ...(owned && { 'aria-owns': owned }) }]);
    }
    for (const { position } of others) lines.push([position, { role: 'none' }]);
    list = [];
  };
  view.state.doc.forEach((node, position) => {
    const lineKind = kindOf(node.attrs);
    const isItem = node.type === schema.nodes.paragraph && isListKind(lineKind);
    const isOtherList = indentOf(node.attrs) === 0 && lineKind !== kind;
    if (!isItem || isOtherList || list.length === maxListLines) endList();
    if (!isItem) return;
    if (list.length === 0) kind = lineKind;
    const element = view.nodeDOM(position);
    const item = element instanceof Element ? element.querySelector('[role=listitem]') : null;
    if (item) list.push({ position, item: item.id });
  });
  endList();
  return lines;
}

/** The key that a rendering gives the line with this index; null for one that is not in Yjs. */
function keyAt(view: EditorView, index: number): string | null {
  const id = bindingOf(view.state).elements[index]?._item?.id;
  return id ? `${id.client}-${id.clock}` : null;
}
