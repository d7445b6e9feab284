import { Fragment, type Node } from 'prosemirror-model';
import {
  AllSelection,
  type EditorState,
  NodeSelection,
  type Selection,
  TextSelection,
} from 'prosemirror-state';
import * as Y from 'yjs';
import { offsetOf, relativeTo } from './caret-position.ts';
import type { CopiedIds } from '../content/edit-record.ts';
import type { ContentWriter, TextPlace } from '../content/content-writer.ts';
import { sliceRuns, typeIn } from '../content/line-runs.ts';
import type { ShownLines } from './step-writer.ts';

/** A selection as positions in Yjs. */
export interface RelativeSelection {
  readonly type: 'text' | 'node' | 'all';
  readonly anchor: Y.RelativePosition;
  readonly head: Y.RelativePosition;
}

type Lines = Pick<ShownLines, 'content' | 'elements' | 'runsOf'> & { readonly doc: Y.Doc };

/** The selection of a view, at its content in Yjs. */
export class SelectionTracker {
  readonly #lines: Lines;
  #current: RelativeSelection | null = null;

  constructor(lines: Lines) {
    this.#lines = lines;
  }

  get current(): RelativeSelection | null {
    return this.#current;
  }

  /** The caret; null for a selection. */
  get caret(): Y.RelativePosition | null {
    const { type, anchor, head } = this.#current ?? {};
    return head && type === 'text' && Y.compareRelativePositions(anchor ?? null, head)
      ? head
      : null;
  }

  setCaret(caret: Y.RelativePosition): void {
    this.#current = { type: 'text', anchor: caret, head: caret };
  }

  /** Moves a caret with its text. */
  followCopies(copies: CopiedIds): void {
    const { item } = this.caret ?? {};
    const [copy] = item ? copies.latest({ ...item, length: 1 }) : [];
    if (!copy || copy.client === item?.client && copy.clock === item.clock) return;
    this.setCaret(relativeTo(this.#lines.content, Y.createID(copy.client, copy.clock)));
  }

  /** Sets the caret to the right of the text that was written last. */
  followTyping({ records }: ContentWriter): void {
    const inserted = records.findLast(({ type }) => type.startsWith('insert'));
    if (inserted?.type !== 'insert' && inserted?.type !== 'insert-element') return;
    const { client, clock } = inserted.range;
    const length = inserted.type === 'insert' ? inserted.range.length : 1;
    this.setCaret(relativeTo(this.#lines.content, Y.createID(client, clock + length - 1)));
  }

  /** Reads the selection. A caret stays at its item in Yjs if that is where the view shows it. */
  track({ doc, selection }: EditorState): void {
    const { anchor, head, empty } = selection;
    const isText = selection instanceof TextSelection;
    if (isText && empty && this.#current) {
      const known = this.#current.head;
      if (this.positionOf(known, doc) === head) return this.setCaret(known);
    }
    const type = selection instanceof NodeSelection
      ? 'node'
      : selection instanceof AllSelection
      ? 'all'
      : 'text';
    // Text that others insert at the ends of a selection stays outside.
    const side = (position: number) => !empty && position === selection.from ? 0 : -1;
    this.#current = {
      type,
      anchor: this.#relativeAt(doc, anchor, side(anchor)),
      head: this.#relativeAt(doc, head, side(head)),
    };
  }

  #relativeAt(doc: Node, position: number, side: 0 | -1): Y.RelativePosition {
    const { content, elements } = this.#lines;
    const $position = doc.resolve(position);
    const element = elements[$position.index(0)];
    if (!element) return relativeTo(content, elements.at(-1)?._item?.lastId ?? null);
    if ($position.depth === 0) return rightOf(element._item?.id ?? null);
    const offset = $position.parentOffset;
    const runs = this.#lines.runsOf(element);
    const right = side === 0 ? sliceRuns(runs, offset, offset + 1)[0] : undefined;
    if (right) return rightOf(Y.createID(right.client, right.clock));
    const left = sliceRuns(runs, offset - 1, offset)[0];
    if (left) return relativeTo(element, Y.createID(left.client, left.clock));
    let first = element._start;
    while (first?.deleted) first = first.right;
    const text = first && typeIn(first);
    return relativeTo(text instanceof Y.XmlText ? text : element, null);
  }

  /** Returns a selection at its place in the document; null if that is gone. */
  resolve({ type, anchor, head }: RelativeSelection, doc: Node): Selection | null {
    if (type === 'all') return new AllSelection(doc);
    const [from, to] = [this.#nearest(anchor, doc), this.#nearest(head, doc)];
    if (from === null || to === null) return null;
    if (type === 'node') {
      const node = doc.nodeAt(from);
      if (node && NodeSelection.isSelectable(node)) return NodeSelection.create(doc, from);
    }
    return TextSelection.between(doc.resolve(from), doc.resolve(to));
  }

  /** Converts a position in Yjs to one in a document that shows the content; null if it is gone. */
  positionOf(position: Y.RelativePosition, doc: Node): number | null {
    const found = offsetOf(this.#lines.doc, position);
    if (!found) return null;
    const { line, offset } = found;
    if (Object.is(line, this.#lines.content)) return startOf(doc, offset);
    const index = this.#lines.elements.indexOf(line as Y.XmlElement);
    const node = doc.maybeChild(index);
    if (!node?.isTextblock) return null;
    return startOf(doc, index) + 1 + Math.min(offset, node.content.size);
  }

  /** {@link positionOf}, or for a position in a deleted line the start of the line below. */
  #nearest(position: Y.RelativePosition, doc: Node): number | null {
    const exact = this.positionOf(position, doc);
    if (exact !== null) return exact;
    let item = offsetOf(this.#lines.doc, position)?.line._item ?? null;
    if (!item) return null;
    while (item?.deleted) item = item.left;
    const above = item ? this.#lines.elements.indexOf(typeIn(item) as Y.XmlElement) : -1;
    return TextSelection.near(doc.resolve(startOf(doc, above + 1))).head;
  }

  /** The place of the caret, if it is at this offset of the line. */
  placeAt(writer: ContentWriter, element: Y.XmlElement, offset: number): TextPlace | null {
    const caret = this.#current?.head;
    const found = caret && offsetOf(this.#lines.doc, caret);
    if (!found || found.line !== element || found.offset !== offset) return null;
    if (caret.item) return caret.assoc < 0 ? writer.placeAfter(caret.item) : null;
    const item: unknown = caret.type && Y.getItem(this.#lines.doc.store, caret.type);
    const text = item instanceof Y.Item ? typeIn(item) : null;
    return text instanceof Y.XmlText ? { text, left: null } : null;
  }
}

function rightOf(item: Y.ID | null): Y.RelativePosition {
  return new Y.RelativePosition(null, null, item, 0);
}

/** The position before the child with this index. */
function startOf(doc: Node, index: number): number {
  return Fragment.from(doc.children.slice(0, index)).size;
}
