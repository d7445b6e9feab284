/** The metadata that site generators write above a text. */
interface FrontMatter {
  readonly language: 'yaml' | 'toml';
  readonly source: string;
  /** The title in it, as far as it is on one line. */
  readonly title: string | null;
}

/**
 * Separates the metadata of site generators from the text. Markdown would read it as a heading. Reads line
 * by line: a pattern for all lines takes exponential time when a line matches in two ways.
 */
export function splitFrontMatter(
  markdown: string,
): { readonly front: FrontMatter | null; readonly rest: string } {
  const none = { front: null, rest: markdown };
  const fence = /^(---|\+\+\+)[ \t]*\r?\n/.exec(markdown);
  if (!fence) return none;
  const isYaml = fence[1] === '---';
  const lines: string[] = [];
  let start = fence[0].length;
  for (let end = markdown.indexOf('\n', start); start < markdown.length;) {
    if (end < 0) end = markdown.length;
    const line = markdown.slice(start, markdown[end - 1] === '\r' ? end - 1 : end);
    start = end + 1;
    end = markdown.indexOf('\n', start);
    if (line.trimEnd() === fence[1]) {
      if (lines.length === 0) return none;
      const source = lines.join('\n').trimEnd();
      const front = { language: isYaml ? 'yaml' : 'toml', source, title: titleIn(lines) } as const;
      return { front, rest: markdown.slice(start) };
    }
    if (isYaml && !/^(?:["']?[\w-]+["']?:|[ \t#-]|[\]}])/.test(line)) return none;
    lines.push(line);
  }
  return none;
}

function titleIn(lines: readonly string[]): string | null {
  for (const line of lines) {
    const value = /^["']?title["']?\s*[:=]\s*(.*)$/i.exec(line)?.[1]?.trim() ?? '';
    const quoted = /^"((?:[^"\\]|\\.)*)"/.exec(value) ?? /^'((?:[^']|'')*)'/.exec(value);
    if (quoted) return unquote(value, quoted[1] ?? '');
    const plain = value.split(/\s#/, 1)[0]?.trim() ?? '';
    if (plain !== '' && !/^[[{>|&*]/.test(plain)) return plain;
  }
  return null;
}

function unquote(value: string, inner: string): string {
  return value.startsWith("'") ? inner.replaceAll("''", "'") : inner.replace(/\\(.)/g, '$1');
}
