import { CloseCode } from '../../../protocol/close-codes.ts';
import { limits } from '../../../protocol/limits.ts';
import { checkJson, prototypeName } from './json-check.ts';
import { ProtocolError } from '../../../protocol/protocol-error.ts';
import { UpdateReader } from './update-reader.ts';

/**
 * An {@link UpdateReader} for updates that nobody has inspected yet. It also reads what is inside
 * of content, and throws a Refusal at what Yjs would take but some reader of the document could
 * not bear: keys that change a prototype, names that break out of a tag, JSON without bottom,
 * documents in documents.
 */
export class ContentReader extends UpdateReader {
  protected override key(): void {
    this.text();
    if (this.#textIs(prototypeName)) throw forbidden(`No key may be ${prototypeName}`);
  }

  protected override elementName(): void {
    this.text();
    for (let at = this.textStart; at < this.position; at++) {
      if (!isNameByte(this.bytes[at]!, at === this.textStart)) { // `position` is within the bytes
        throw forbidden('An XML element has a name that is not allowed');
      }
    }
    if (this.textStart === this.position) throw forbidden('An XML element has no name');
  }

  protected override json(): void {
    this.text();
    checkJson(this.bytes, this.textStart, this.position);
  }

  protected override legacyJson(): void {
    this.text();
    if (!this.#textIs('undefined')) checkJson(this.bytes, this.textStart, this.position);
  }

  protected override any(depth: number): void {
    if (depth > limits.jsonDepth) throw forbidden('A value is nested too deeply');
    super.any(depth);
  }

  protected override subdocument(): void {
    throw forbidden('Documents inside of documents are not allowed');
  }

  /** Whether the string read last is this one, of ASCII characters. */
  #textIs(text: string): boolean {
    if (this.position - this.textStart !== text.length) return false;
    for (let i = 0; i < text.length; i++) {
      if (this.bytes[this.textStart + i] !== text.charCodeAt(i)) return false;
    }
    return true;
  }
}

/** `^[A-Za-z_][\w.:-]*$`, byte by byte. */
function isNameByte(byte: number, isFirst: boolean): boolean {
  const letter = byte | 0x20;
  if ((letter >= 0x61 && letter <= 0x7a) || byte === 0x5f) return true;
  if (isFirst) return false;
  return (byte >= 0x30 && byte <= 0x3a) || byte === 0x2d || byte === 0x2e; // digits, `:`, `-`, `.`
}

function forbidden(message: string): ProtocolError {
  return new ProtocolError(CloseCode.forbiddenContent, message);
}
