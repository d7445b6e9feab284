/**
 * Lines with the markers and the indentation of the blocks around them. Writes from the outside in, so
 * that a line at any depth is copied once.
 */
export class IndentedLines {
  readonly #lines: string[] = [];
  #indentation = '';
  /** What the next line gets instead of the indentation. */
  #first: string | null = null;

  /** Adds the lines of a text. An empty line gets its indentation without the spaces at the end. */
  add(text: string): void {
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      this.#addLine(text.slice(start, end));
      start = end + 1;
    }
    this.#addLine(text.slice(start));
  }

  /** Puts a marker before the next line. */
  mark(marker: string): void {
    this.#first = (this.#first ?? this.#indentation) + marker;
  }

  /**
   * Puts a marker before the first line that `write` adds, and indents the others. Adds an empty line
   * when it adds none.
   */
  indent(marker: string, indentation: string, write: () => void): void {
    const outer = this.#indentation;
    this.mark(marker);
    this.#indentation = outer + indentation;
    write();
    if (this.#first !== null) this.#addLine('');
    this.#indentation = outer;
  }

  toString(): string {
    return this.#lines.join('\n');
  }

  #addLine(line: string): void {
    const indentation = this.#first ?? this.#indentation;
    this.#first = null;
    this.#lines.push(line === '' ? indentation.trimEnd() : indentation + line);
  }
}
