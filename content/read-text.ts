import type { Node } from 'prosemirror-model';
import { schema } from '../protocol/schema.ts';
import { checkLength, checkSize } from './import-limits.ts';

/**
 * Every line break of a text: those of all systems, the separators of Unicode, and the vertical tab
 * and the form feed that word processors write for a break within a line and between pages.
 */
const lineBreak = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/;

/** Splits a text at every kind of line break. */
export function splitLines(text: string): string[] {
  return text.split(lineBreak);
}

/** Whether a text has line breaks other than `\n`. Hardly any text has one. */
export function hasOddBreaks(text: string): boolean {
  return /[\v\f\r\u0085\u2028\u2029]/.test(text);
}

/** Reads plain text: one line of the document for each line. Throws a `RangeError` if it is too long. */
export function readText(text: string): Node {
  checkLength(text);
  const lines = splitLines(text);
  if (lines.length > 1 && lines.at(-1) === '') lines.pop();
  const { doc, paragraph } = schema.nodes;
  return checkSize(
    doc.create(
      null,
      lines.map((line) => paragraph.create(null, line === '' ? [] : [schema.text(line)])),
    ),
  );
}
