import { CloseCode } from '../../../protocol/close-codes.ts';
import { limits } from '../../../protocol/limits.ts';
import { ProtocolError } from '../../../protocol/protocol-error.ts';
import { Kind, SharedType, type UpdateReader } from './update-reader.ts';
import { checkXmlValue } from './xml-values.ts';

/** Roots that editors read as XML, whatever they contain. */
export const xmlRoots: readonly string[] = ['lines', 'default', 'prosemirror'];

/** In place of a {@link SharedType}: the values of a key of an XML element. */
export const xmlAttribute = 16;

const xmlChildren: readonly number[] = [
  SharedType.xmlElement,
  SharedType.xmlHook,
  SharedType.xmlText,
];

/**
 * Throws a {@link ProtocolError} when an item must not be in a list of this type and depth: types are
 * nested too deeply, a child of XML is not XML, or a value in XML has no text.
 */
export function checkStructure(item: UpdateReader, listType: number, listDepth: number): void {
  if (item.kind === Kind.type && listDepth >= limits.typeDepth) {
    throw forbidden('Types are nested too deeply');
  }
  checkText(item, listType);
  const isXml = listType === SharedType.xmlElement || listType === SharedType.xmlFragment;
  if (!isXml || item.kind === Kind.deleted) return;
  if (item.kind !== Kind.type || !xmlChildren.includes(item.sharedType)) {
    throw forbidden('Only XML elements and XML text can be children of XML');
  }
}

/** Throws a {@link ProtocolError} when an item is a value in XML that has no text. */
export function checkText(item: UpdateReader, listType: number): void {
  if (listType === xmlAttribute || listType === SharedType.xmlText) checkXmlValue(item);
}

function forbidden(message: string): ProtocolError {
  return new ProtocolError(CloseCode.forbiddenContent, message);
}
