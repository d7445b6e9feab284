import type * as Y from 'yjs';
import {
  isLanguageTag,
  maxLanguageSample,
  textLanguage,
} from '../../../protocol/text/text-language.ts';
import { readBlocks } from './blocks.ts';
import { sanitizeText } from './inline.ts';
import { type Block, contentText } from './tree.ts';
import { settingOf, storedTitleOf } from './yjs-types.ts';

/** In UTF-16 code units. */
const maxTitleLength = 120;
const maxDescriptionLength = 200;

/**
 * The title of a document: the one that an author has set, else its first line that is not empty, else
 * `Untitled`. One line of at most 120 characters, not escaped.
 */
export function titleOf(doc: Y.Doc, blocks: readonly Block[] = readBlocks(doc)): string {
  return oneLineTitleOf(doc) || firstLine(blocks, maxTitleLength) || 'Untitled';
}

/**
 * The title that an author has set, to be shown above the text. Null when there is none, or when the
 * text starts with it.
 */
export function headingOf(doc: Y.Doc, blocks: readonly Block[]): string | null {
  const title = oneLineTitleOf(doc);
  return title === '' || title === firstLine(blocks, maxTitleLength) ? null : title;
}

/**
 * The language of a document as a BCP 47 tag: the one that an author has set, else a guess from its title
 * and text. Null if that is not possible.
 */
export function languageOf(doc: Y.Doc, blocks: readonly Block[]): string | null {
  const set = settingOf(doc, 'language');
  if (set !== null && isLanguageTag(set)) return set;
  const sample = [oneLineTitleOf(doc)];
  let length = 0;
  for (const text of textsOf(blocks)) {
    sample.push(text);
    length += text.length;
    if (length > maxLanguageSample) break;
  }
  return textLanguage(sample.join('\n'));
}

function oneLineTitleOf(doc: Y.Doc): string {
  return oneLine(storedTitleOf(doc) ?? '', maxTitleLength);
}

/** The first 200 characters of a document in one line, for search results. May be empty. */
export function descriptionOf(doc: Y.Doc, blocks: readonly Block[] = readBlocks(doc)): string {
  const lines: string[] = [];
  let length = 0;
  for (const text of textsOf(blocks)) {
    if (length > maxDescriptionLength + 1) break;
    const line = oneLine(text, maxDescriptionLength + 1);
    if (line === '') continue;
    lines.push(line);
    length += line.length + 1;
  }
  return oneLine(lines.join(' '), maxDescriptionLength);
}

function firstLine(blocks: readonly Block[], maxLength: number): string {
  for (const text of textsOf(blocks)) {
    const line = oneLine(text, maxLength);
    if (line !== '') return line;
  }
  return '';
}

/** Yields the texts of the blocks that have one, at any depth, in order. */
function* textsOf(blocks: readonly Block[]): Generator<string> {
  for (const block of blocks) {
    switch (block.type) {
      case 'paragraph':
      case 'plainLine':
      case 'heading':
        yield contentText(block.content);
        break;
      case 'list':
        for (const { content } of block.items) yield* textsOf(content);
        break;
      case 'quote':
        yield* textsOf(block.content);
        break;
      case 'codeBlock':
        yield block.text;
        break;
      case 'image':
        yield block.alt;
    }
  }
}

function oneLine(text: string, maxLength: number): string {
  const line = sanitizeText(text).replace(/\s+/g, ' ').trim();
  if (line.length <= maxLength) return line;
  // By code points, to keep surrogate pairs whole.
  return `${Array.from(line.slice(0, maxLength)).slice(0, -1).join('').trimEnd()}…`;
}
