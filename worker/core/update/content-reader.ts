import { CloseCode } from '../../../protocol/close-codes.ts';
import { limits } from '../../../protocol/limits.ts';
import { ProtocolError } from '../../../protocol/protocol-error.ts';
import { checkJson, forbiddenKeyError, prototypeKey, tooDeepError } from './json-check.ts';
import { UpdateReader } from './update-reader.ts';

/**
 * An {@link UpdateReader} for updates that are not validated yet. It also checks what is inside
 * content. It throws a ProtocolError (`forbiddenContent`) for what Yjs accepts but some client of the
 * document could not handle: keys that set a prototype, element names that would break out of a tag,
 * values nested too deeply, subdocuments.
 */
export class ContentReader extends UpdateReader {
  protected override key(): void {
    this.string();
    if (this.stringIs(prototypeKey)) throw forbiddenKeyError(prototypeKey);
  }

  protected override elementName(): void {
    this.string();
    if (this.stringStart === this.position) throw forbidden('An XML element has no name');
    for (let at = this.stringStart; at < this.position; at++) {
      if (!isNameByte(this.bytes[at]!, at === this.stringStart)) { // `position` is within the bytes
        throw forbidden('The name of an XML element is not allowed');
      }
    }
  }

  protected override json(): void {
    this.string();
    checkJson(this.bytes, { start: this.stringStart, end: this.position });
  }

  protected override legacyJson(): void {
    this.string();
    if (this.stringIs('undefined')) return;
    checkJson(this.bytes, { start: this.stringStart, end: this.position });
  }

  protected override any(depth: number): void {
    if (depth > limits.jsonDepth) throw tooDeepError();
    super.any(depth);
  }

  protected override subdocument(): void {
    throw forbidden('Subdocuments are not allowed');
  }
}

/** Matches `^[A-Za-z_][\w.:-]*$` byte by byte. */
function isNameByte(byte: number, isFirst: boolean): boolean {
  const letter = byte | 0x20;
  if ((letter >= 0x61 && letter <= 0x7a) || byte === 0x5f) return true;
  if (isFirst) return false;
  return (byte >= 0x30 && byte <= 0x3a) || byte === 0x2d || byte === 0x2e; // digits, `:`, `-`, `.`
}

function forbidden(message: string): ProtocolError {
  return new ProtocolError(CloseCode.forbiddenContent, message);
}
