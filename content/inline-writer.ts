import type { Mark, MarkType, Node } from 'prosemirror-model';
import { safeHref, safeImageSource } from '../protocol/safe-href.ts';
import { schema } from '../protocol/schema.ts';
import type { ContentChanges } from './content-changes.ts';
import type { LineWriter } from './line-writer.ts';
import { shiftText } from './raised-text.ts';
import { splitLines } from './read-text.ts';

/**
 * Collects the content of a line and writes it with {@link end}. An image splits the line: here,
 * images are blocks.
 */
export class InlineWriter {
  readonly #lines: LineWriter;
  readonly #changes: ContentChanges;
  #content: Node[] = [];
  #open: Mark[] = [];
  /** Where the open raised or lowered text begins. */
  #shiftStart: number | null = null;
  /** Whether a space at the start of the next text has no meaning. */
  #trimsStart = false;
  #isDone: boolean | null = null;
  #hasImage = false;

  constructor(lines: LineWriter, changes: ContentChanges) {
    this.#lines = lines;
    this.#changes = changes;
  }

  /** Makes the line a task. */
  setTask(isDone: boolean): void {
    this.#isDone = isDone;
  }

  /** Adds text as it is. Its line breaks become hard breaks. */
  text(text: string, mark: Mark | null = null): void {
    const trimmed = this.#trimsStart && text.startsWith(' ') ? text.slice(1) : text;
    this.#trimsStart = false;
    splitLines(trimmed).forEach((line, i) => {
      if (i > 0) this.lineBreak();
      if (line === '') return;
      const marks = this.#open.reduce((set, open) => open.addToSet(set), [] as readonly Mark[]);
      this.#content.push(schema.text(line, mark ? mark.addToSet(marks) : marks));
    });
  }

  /** Adds text with the white space of HTML: a run of it is one space, and none starts a line. */
  flowingText(text: string): void {
    const last = this.#content.at(-1);
    const startsLine = !last || !last.isText || last.text?.endsWith(' ') === true;
    const flowing = text.replace(/[ \t\n\r\f]+/g, ' ');
    this.text(startsLine && flowing.startsWith(' ') ? flowing.slice(1) : flowing);
  }

  code(text: string): void {
    this.text(text, schema.marks.code.create());
  }

  /** A line break of HTML: white space before it has no meaning. */
  flowingBreak(): void {
    this.#trimEnd();
    this.lineBreak();
    this.#trimsStart = true;
  }

  lineBreak(): void {
    this.#content.push(schema.nodes.hardBreak.create());
  }

  openMark(type: MarkType): void {
    this.#open.push(type.create());
  }

  /** Opens a link. Without a safe address its text stays. */
  openLink(address: string, title: string | null = null): void {
    const href = safeHref(address);
    if (href === null) this.#changes.add('link', address);
    else this.#open.push(schema.marks.link.create({ href }));
    if (title !== null) this.#changes.add('link-title', title);
  }

  closeMark(type: MarkType): void {
    const at = this.#open.findLastIndex((mark) => mark.type === type);
    if (at >= 0) this.#open.splice(at, 1);
  }

  openShift(): void {
    this.#shiftStart = this.#content.length;
  }

  /** Raises or lowers the text since {@link openShift}. */
  closeShift(shift: 'sup' | 'sub'): void {
    const start = this.#shiftStart;
    this.#shiftStart = null;
    if (start === null) return;
    const [first, ...others] = this.#content.slice(start);
    if (!first?.isText || others.some(({ isText }) => !isText)) return;
    const whole = [first, ...others].map(({ text }) => text).join('');
    const { text, isExact } = shiftText(whole, shift);
    if (!isExact) this.#changes.add('script', text);
    if (text !== whole) this.#content.splice(start, Infinity, schema.text(text, first.marks));
  }

  /** Adds an image. One whose address is not allowed becomes its description. */
  image(address: string, alt: string, title: string | null): void {
    const src = safeImageSource(address);
    if (src === null) {
      this.#changes.add('picture', /^data:/i.test(address.trim()) ? alt : address);
      this.text(alt);
      return;
    }
    if (this.#content.length > 0 || this.#isDone !== null) this.#flush();
    const link = this.#open.find((mark) => mark.type === schema.marks.link);
    if (link) this.#changes.add('link', String(link.attrs.href));
    this.#hasImage = true;
    this.#lines.addBlock(schema.nodes.image.create({ src, alt, title }));
  }

  /** Whether the line has content. */
  get hasContent(): boolean {
    return this.#content.length > 0 || this.#isDone !== null;
  }

  /** Writes the line. An empty one is written only in an item. Open marks end. */
  end(): void {
    if (this.hasContent || !this.#hasImage) this.#flush();
    this.#open = [];
    this.#shiftStart = null;
    this.#hasImage = false;
  }

  /** Writes the line if it has content. Open marks continue in the next one. */
  endHtmlLine(): void {
    this.#trimEnd();
    if (this.hasContent) this.#flush();
    this.#shiftStart = null;
    this.#hasImage = false;
  }

  #flush(): void {
    const content = this.#content;
    this.#content = [];
    while (content.at(-1)?.type === schema.nodes.hardBreak) content.pop();
    // Our export writes an empty line as a single space, as Markdown has no empty lines.
    const isBlank = content.every((node) => node.isText && node.text?.trim() === '');
    if (isBlank && (this.#hasImage || this.#isDone === null && !this.#lines.startsItem)) return;
    this.#lines.addLine(isBlank ? [] : content, this.#isDone);
    this.#isDone = null;
  }

  /** Removes the spaces at the end of the line so far. */
  #trimEnd(): void {
    const last = this.#content.at(-1);
    if (!last?.text?.endsWith(' ')) return;
    let end = last.text.length;
    while (last.text[end - 1] === ' ') end--;
    this.#content.pop();
    if (end > 0) this.#content.push(schema.text(last.text.slice(0, end), last.marks));
  }
}
