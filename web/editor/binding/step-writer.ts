import type { Node } from 'prosemirror-model';
import { ReplaceAroundStep, ReplaceStep, type Step } from 'prosemirror-transform';
import * as Y from 'yjs';
import type { ContentWriter, TextPlace } from '../content/content-writer.ts';
import type { EditRecord, ElementCopy } from '../content/edit-record.ts';
import { type IdRange, isEqual, isLive } from '../content/item-edits.ts';
import { sliceRuns, typeIn } from '../content/line-runs.ts';
import { formatsOf } from '../content/read-block.ts';

/** The lines that the editor shows. */
export interface ShownLines {
  readonly content: Y.XmlFragment;
  /** The elements of the blocks, in the order of the ProseMirror document; empty for an empty document. */
  readonly elements: Y.XmlElement[];
  /** What is shown of an element. */
  runsOf(element: Y.XmlElement): readonly IdRange[];
  /** Called after a line has changed. `inserted` replaces the runs between two offsets. */
  onLineChanged(
    element: Y.XmlElement,
    from: number,
    to: number,
    inserted: readonly IdRange[],
  ): void;
  /** Whether the user is typing in this part of a line, and has typed its last character. */
  isTyping(element: Y.XmlElement, from: number, to: number): boolean;
  /** The place of the caret, if it is at this offset of the line. */
  caretAt(writer: ContentWriter, element: Y.XmlElement, offset: number): TextPlace | null;
}

/** A part of a line's content that is replaced: `from` to `to` by `from` to `end` of the new one. */
interface Replacement {
  readonly from: number;
  readonly to: number;
  readonly end: number;
}

/** The ids of the text or the line break that a record has inserted. */
function insertedIn(record: EditRecord): IdRange[] {
  if (record.type === 'insert-element') return [{ ...record.range, length: 1 }];
  return record.type === 'insert' ? [record.range] : [];
}

/** The ids of text that is shown, but not in Yjs. */
const notWritten = { client: -1, clock: 0 };

/** Writes steps of ProseMirror to Yjs. */
export class StepWriter {
  readonly #writer: ContentWriter;
  readonly #lines: ShownLines;

  constructor(writer: ContentWriter, lines: ShownLines) {
    this.#writer = writer;
    this.#lines = lines;
  }

  /** Writes steps. `docs` are the documents before each step and after the last one. */
  writeAll(steps: readonly Step[], docs: readonly Node[]): void {
    /** The document before steps that are not yet written. */
    let written = docs[0];
    for (const [index, step] of steps.entries()) {
      const [old, doc] = [docs[index], docs[index + 1]];
      // Steps that change marks or attributes move no line. Compare once for many of them.
      const isReplacement = step instanceof ReplaceStep || step instanceof ReplaceAroundStep;
      if (!isReplacement || !old || !doc || !written) continue;
      if (written !== old) this.#write(written, old);
      this.#write(old, doc, step);
      written = doc;
    }
    const last = docs.at(-1);
    if (written && last && written !== last) this.#write(written, last);
  }

  /**
   * Writes the difference between two documents. Given the step between them, text that is typed next
   * to equal text is inserted at the right place.
   */
  #write(before: Node, after: Node, step?: Step): void {
    const { elements } = this.#lines;
    const line = step && lineOfStep(before, step);
    if (line && elements.length > 0) {
      const [old, node] = [before.child(line.index), after.child(line.index)];
      return this.#updateLine(elements[line.index]!, old, node, line.replacement);
    }
    const olds = elements.length > 0 ? before.children : [];
    const news = after.children;
    const max = Math.min(olds.length, news.length);
    let start = 0;
    while (start < max && olds[start] === news[start]) start++;
    let end = 0;
    while (start + end < max && olds[olds.length - 1 - end] === news[news.length - 1 - end]) end++;
    this.#replaceLines(
      start,
      olds.slice(start, olds.length - end),
      news.slice(start, news.length - end),
    );
  }

  /**
   * Lines keep their elements where they can: others may be typing in them. If there are more or fewer
   * lines than before, one line does.
   */
  #replaceLines(index: number, olds: readonly Node[], news: readonly Node[]): void {
    const { elements, content } = this.#lines;
    const isSameCount = olds.length === news.length;
    const keptCount = isSameCount ? olds.length : Math.min(olds.length, 1);
    const removed = new Set(elements.slice(index, index + olds.length));
    const shown = news.map((node, at) => {
      const [element, old] = [elements[index + at], olds[at]];
      if (at >= keptCount || !element || old?.type !== node.type) return null;
      removed.delete(element);
      this.#updateLine(element, old, node);
      return element;
    });
    let left = elements[index - 1]?._item ?? null;
    const inserted = shown.map((element, at) => {
      left = element?._item ?? this.#writer.insertElement(content, left, copyOf(news[at]!));
      return typeIn(left) as Y.XmlElement;
    });
    elements.splice(index, olds.length, ...inserted);
    for (const { _item } of removed) if (_item) this.#writer.deleteElement(_item);
  }

  #updateLine(element: Y.XmlElement, old: Node, node: Node, given?: Replacement): void {
    for (const [key, value] of Object.entries(node.attrs)) {
      if (!isEqual(old.attrs[key], value)) this.#writer.setAttribute(element, key, value);
    }
    const replacement = given ?? differenceOf(old, node);
    if (!replacement) return;
    const { from, to, end } = replacement;
    const runs = this.#lines.runsOf(element);
    if (!given && to === end && hasSameText(old, node, from, end)) {
      return this.#updateMarks(runs, old, node, from, end);
    }
    const { records } = this.#writer;
    const firstRecord = records.length;
    const nodes = node.slice(from, end).content.content;
    // A correction of what is being typed follows the old text, as part of the same run. Other text
    // precedes it, so that concurrent insertions in or right after the old text follow.
    const isTyped = from < to && this.#lines.isTyping(element, from, to);
    const deleteOld = () => {
      for (const run of sliceRuns(runs, from, to)) this.#writer.delete(run);
    };
    // A line break gives new ids to what follows it.
    const hasBreak = nodes.some(({ isText }) => !isText);
    if (hasBreak) deleteOld();
    const isWritten = this.#insertInline(element, runs, isTyped ? to : from, nodes);
    const inserted = isWritten
      ? records.slice(firstRecord).flatMap(insertedIn)
      : [{ ...notWritten, length: end - from }];
    if (!hasBreak) deleteOld();
    this.#lines.onLineChanged(element, from, to, inserted);
  }

  #insertInline(
    element: Y.XmlElement,
    runs: readonly IdRange[],
    offset: number,
    nodes: readonly Node[],
  ): boolean {
    const writer = this.#writer;
    let place = nodes.length > 0
      ? this.#lines.caretAt(writer, element, offset) ?? this.#placeAt(element, runs, offset)
      : null;
    // Another client has deleted the line of a composition.
    if (!place) return nodes.length === 0;
    for (const { text, marks, type, attrs } of nodes) {
      place = text === undefined
        ? writer.insertBreak(element, place, { name: type.name, attributes: attrs, children: [] })
        : writer.insertText(place, text, formatsOf(marks));
    }
    return true;
  }

  /** The place to the right of the character before the offset. */
  #placeAt(element: Y.XmlElement, runs: readonly IdRange[], offset: number): TextPlace | null {
    const left = sliceRuns(runs, offset - 1, offset)[0];
    const after = left && this.#writer.placeAfter(left as Y.ID);
    if (after && isLive(after.text._item)) return after;
    if (!isLive(element._item)) return null;
    const lineBreak = left && Y.getItem(this.#writer.transaction.doc.store, left as Y.ID);
    return this.#writer.textAfter(element, lineBreak instanceof Y.Item ? lineBreak : null);
  }

  #updateMarks(runs: readonly IdRange[], old: Node, node: Node, from: number, to: number): void {
    for (let at = from; at < to;) {
      const [before, after] = [old.nodeAt(at), node.nodeAt(at)];
      if (!before || !after) return;
      const end = Math.min(endOfChild(old, at), endOfChild(node, at), to);
      const [had, has] = [formatsOf(before.marks), formatsOf(after.marks)];
      for (const key of Object.keys({ ...had, ...has })) {
        if (isEqual(had[key], has[key])) continue;
        for (const run of sliceRuns(runs, at, end)) this.#writer.format(run, key, has[key]);
      }
      at = end;
    }
  }
}

function endOfChild(node: Node, offset: number): number {
  let end = 0;
  for (const { nodeSize } of node.children) if (end <= offset) end += nodeSize;
  return end;
}

/** The line that a step changes, if it replaces text within one line. */
function lineOfStep(before: Node, step: Step): { index: number; replacement: Replacement } | null {
  if (!(step instanceof ReplaceStep)) return null;
  const { from, to, slice } = step;
  const $from = before.resolve(from);
  const isWithinLine = $from.depth === 1 && to <= $from.end();
  if (!isWithinLine || slice.openStart > 0 || slice.openEnd > 0) return null;
  if (!slice.content.content.every(({ isInline }) => isInline)) return null;
  const start = $from.parentOffset;
  const replacement = { from: start, to: start + to - from, end: start + slice.size };
  return { index: $from.index(0), replacement };
}

function differenceOf({ content: old }: Node, { content }: Node): Replacement | null {
  const from = old.findDiffStart(content);
  const end = old.findDiffEnd(content);
  if (from === null || !end) return null;
  const overlap = Math.max(from - Math.min(end.a, end.b), 0);
  return { from, to: end.a + overlap, end: end.b + overlap };
}

function hasSameText(old: Node, node: Node, from: number, to: number): boolean {
  const read = (line: Node) => line.textBetween(from, to, null, '\ufffc');
  return read(old) === read(node);
}

/** A block or a line break as it is written to Yjs. */
export function copyOf(node: Node): ElementCopy {
  const attributes = Object.entries(node.attrs).filter(([, value]) => value !== null);
  const children: ElementCopy['children'][number][] = [];
  let parts: { text: string; formats: ReturnType<typeof formatsOf> }[] | null = null;
  node.forEach((child) => {
    if (child.text === undefined) {
      children.push(copyOf(child));
      parts = null;
      return;
    }
    if (!parts) children.push({ parts: parts = [] });
    parts.push({ text: child.text, formats: formatsOf(child.marks) });
  });
  // With a text in it, two authors who start to type in an empty line write to the same text.
  if (node.isTextblock && children.length === 0) children.push({ parts: [] });
  return { name: node.type.name, attributes: Object.fromEntries(attributes), children };
}
