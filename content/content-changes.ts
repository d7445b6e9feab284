/**
 * Why a document differs from what it was made of, and how to say so. A reason is removed here once
 * the schema or the reader keeps what it stands for.
 */
const reasons = {
  'encoding': () => 'The file does not name its encoding. It was read as',
  'picture': (count) => count === 1 ? 'A picture was left out' : `${count} pictures were left out`,
  'media': (count) =>
    count === 1
      ? 'A video, sound or embedded page was left out'
      : `${count} videos, sounds or embedded pages were left out`,
  'element': (count) => count === 1 ? 'An element was left out' : `${count} elements were left out`,
  'table': (count) => count === 1 ? 'A table became lines' : `${count} tables became lines`,
  'formula': (count) => count === 1 ? 'A formula became code' : `${count} formulas became code`,
  'heading-level': (count) =>
    count === 1
      ? 'A heading below level 3 became level 3'
      : `${count} headings below level 3 became level 3`,
  'heading': (count) =>
    count === 1
      ? 'A heading in a list or quote became part of it'
      : `${count} headings in lists or quotes became part of them`,
  'list-number': (count) =>
    count === 1 ? 'The number of a list item changed' : `${count} numbers of list items changed`,
  'number-style': (count) =>
    count === 1 ? 'A list number changed its style' : `${count} list numbers changed their style`,
  'quote': (count) =>
    count === 1
      ? 'A part of a quote is no longer quoted'
      : `${count} parts of quotes are no longer quoted`,
  'depth': () => 'Lists with more than nine levels became flatter',
  'footnote': (count) =>
    count === 1 ? 'A footnote became a line' : `${count} footnotes became lines`,
  'details': (count) =>
    count === 1
      ? 'A collapsible section became lines'
      : `${count} collapsible sections became lines`,
  'script': (count) =>
    count === 1
      ? 'Raised or lowered text became ordinary text'
      : `${count} raised or lowered texts became ordinary text`,
  'comment': (count) => count === 1 ? 'A comment was left out' : `${count} comments were left out`,
  'deletion': (count) =>
    count === 1 ? 'A deleted passage was left out' : `${count} deleted passages were left out`,
  'hidden': (count) =>
    count === 1 ? 'A hidden text was left out' : `${count} hidden texts were left out`,
  'link': (count) => count === 1 ? 'A link lost its address' : `${count} links lost their address`,
  'link-title': (count) =>
    count === 1 ? 'The title of a link was left out' : `The titles of ${count} links were left out`,
  'definition': (count) =>
    count === 1
      ? 'A link definition without use was left out'
      : `${count} link definitions without use were left out`,
  'code-option': (count) =>
    count === 1
      ? 'The options of a code block were left out'
      : `The options of ${count} code blocks were left out`,
} satisfies Record<string, (count: number) => string>;

type ChangeReason = keyof typeof reasons;

/** The most details that a sentence lists, and the longest one it repeats. */
const maxDetails = 4;
const maxDetailLength = 120;

/** Collects what a reader of foreign content changes or leaves out. */
export class ContentChanges {
  readonly #counts = new Map<ChangeReason, { count: number; readonly details: Set<string> }>();

  /** Adds one change. `detail` names what is concerned, such as an address. */
  add(reason: ChangeReason, detail = ''): void {
    const entry = this.#counts.get(reason) ?? { count: 0, details: new Set() };
    this.#counts.set(reason, entry);
    entry.count++;
    const shown = shorten(detail.replace(/\s+/g, ' ').trim());
    if (shown !== '' && entry.details.size <= maxDetails) entry.details.add(shown);
  }

  /** One sentence for each reason, in the order of the reasons above. Empty without changes. */
  sentences(): string[] {
    return (Object.keys(reasons) as ChangeReason[]).flatMap((reason) => {
      const entry = this.#counts.get(reason);
      if (!entry) return [];
      const details = [...entry.details];
      const listed = details.slice(0, maxDetails).join(', ') +
        (details.length > maxDetails ? ', …' : '');
      const sentence = (reasons[reason] as (count: number) => string)(entry.count);
      const joint = reason === 'encoding' ? ' ' : ': ';
      return [listed === '' ? `${sentence}.` : `${sentence}${joint}${listed}`];
    });
  }
}

function shorten(text: string): string {
  if (text.length <= maxDetailLength) return text;
  return `${Array.from(text.slice(0, maxDetailLength)).slice(0, -1).join('')}…`;
}
