import { containersIn } from './document-memory.ts';
import { checkJson, forbiddenKeyError, textKey } from './json-check.ts';
import { Kind, UpdateReader } from './update-reader.ts';

/**
 * Throws a ProtocolError when Yjs could not write a value in XML as text: an attribute of an element, or
 * a mark or embedded value in its text. `toString` of the whole document would throw.
 */
export function checkXmlValue(item: UpdateReader): void {
  // Few values are or contain objects.
  if (containersIn(item) > 0) new XmlValueReader(item.bytes).check(item);
}

class XmlValueReader extends UpdateReader {
  check({ kind, contentPosition }: UpdateReader): void {
    this.position = contentPosition;
    if (kind === Kind.format) this.string(); // the name of the mark
    if (kind === Kind.format || kind === Kind.embed) return this.json();
    for (let left = this.varUint(); left > 0; left--) {
      if (kind === Kind.any) this.any(0);
      else this.legacyJson();
    }
  }

  protected override key(): void {
    this.string();
    if (this.stringIs(textKey)) throw forbiddenKeyError(textKey);
  }

  protected override json(): void {
    this.string();
    checkJson(this.bytes, { start: this.stringStart, end: this.position }, textKey);
  }

  protected override legacyJson(): void {
    this.string();
    if (this.stringIs('undefined')) return;
    checkJson(this.bytes, { start: this.stringStart, end: this.position }, textKey);
  }
}
