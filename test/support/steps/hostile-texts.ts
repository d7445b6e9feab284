/**
 * Patterns that are cheap to write and dear to a routine that searches them more than once. Each is
 * repeated to a text of any length.
 */
export const hostilePatterns: readonly string[] = [
  ...' \t\n\r\v`*_~[]()<>\\!#&|"\'-=+.:;a1\0\u2028\ufeff',
  '👩',
  '\ud800',
  // White space between words, and words between white space.
  ' a',
  'a\n',
  ' \n',
  '\n\n',
  '\r\n',
  // Delimiters of Markdown that open and never close, or close in turn.
  '*a',
  'a*',
  '**a ',
  '** ',
  '_a_',
  '*_',
  '~~a',
  '`a',
  '` ',
  '``a`',
  '[a',
  '[](',
  '[a](',
  '[a](/',
  '![',
  '![a](',
  '[]',
  '](',
  '[a]: /\n',
  '<a',
  '<!--',
  '<?',
  '</a ',
  '\\`',
  '&a',
  '&#',
  '&amp;',
  'a@',
  'a.',
  'http://',
  'https://a/(',
  'mailto:',
  // Blocks of Markdown.
  '# ',
  '\n\n# a',
  '\n\n#',
  '- ',
  '-\n',
  '- a\n',
  '1. ',
  '1.\n',
  '> ',
  '>\n',
  '> a\n\n',
  '- [ ] ',
  '---\n',
  '| ',
  '|-',
  '|a|\n',
  '-:|',
  '```\n',
  '~~~\n',
  '-a: b\n',
  'a: b\n',
  '    a\n',
  // HTML and styles.
  '<style',
  '<style>',
  '<a ',
  '<a style=',
  ' on',
  ' style ',
  'mso-list:',
  '<!-- --!>',
  '<b>',
  '</b>',
  '<ul><li>',
  '<td>',
  '<pre>',
  '<sup>',
  '<title>',
  '<a href="',
  '<x a a=',
  // Formulas and footnotes.
  '$',
  '$a$',
  '[^a]: b\n',
  '[^',
];

/** A pattern repeated to a length. A pattern that begins with another one keeps its start. */
export function repeated(pattern: string, length: number): string {
  return pattern.repeat(Math.ceil(length / pattern.length)).slice(0, length);
}

/** A name for a test. */
export function nameOf(pattern: string): string {
  return JSON.stringify(pattern);
}
