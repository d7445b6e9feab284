import type { PluginView } from 'prosemirror-state';
import { Decoration, DecorationSet, type EditorView } from 'prosemirror-view';
import { sectionId } from '../../../protocol/text/section-names.ts';
import { bindingOf } from '../binding/binding.ts';
import { outlineOf } from '../model/outline.ts';
import { sectionsKey } from './sections-key.ts';

/** How long the text must be unchanged before new headings get their ids, in milliseconds. */
const updateDelay = 200;

/** Keeps the ids of the headings up to date: those that rendered pages have, too. */
export class SectionIds implements PluginView {
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
    const shown = sectionsKey.getState(view.state)?.find().map(({ from, spec }) => [from, spec.id]);
    const ids = headingIds(view);
    if (JSON.stringify(shown) === JSON.stringify(ids)) return;
    const { doc, tr } = view.state;
    const decorations = ids.map(([position, id]) => {
      const end = position + (doc.nodeAt(position)?.nodeSize ?? 0);
      return Decoration.node(position, end, { id }, { id });
    });
    view.dispatch(tr.setMeta(sectionsKey, DecorationSet.create(doc, decorations)));
  }
}

/** The position and id of each heading with text. */
export function headingIds(view: EditorView): [position: number, id: string][] {
  const { state } = view;
  const { elements } = bindingOf(state);
  return outlineOf(state.doc).flatMap(({ position, index }) => {
    const id = elements[index]?._item?.id;
    return id ? [[position, sectionId(`${id.client}-${id.clock}`)]] : [];
  });
}
