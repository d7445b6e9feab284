import * as Y from 'yjs';
import { limits } from '../../../protocol/limits.ts';
import type { YjsType } from './yjs-types.ts';

/**
 * Renders everything in a document as JSON, whatever program wrote it: each root, by name, with its content
 * in order and its entries by key. For clients that may edit: roots may contain what no reader is shown.
 *
 * An update does not contain the type of a root, so the roots have none here. docs/FOLLOWING.md describes
 * the format. Text has its formats at each run, as in a delta. Where they would make the output larger
 * than `limits` allow, they are left out, and `truncated` is true.
 */
export function renderRoots(doc: Y.Doc): string {
  const writer = new RootWriter();
  const roots = byName(doc.share).map(([name, root]) =>
    `${JSON.stringify(name)}:{${writer.membersOf(root)}}`
  );
  return `{"roots":{${roots.join(',')}}${writer.isTruncated ? ',"truncated":true' : ''}}`;
}

/** In an order that does not depend on which entry arrived first. */
function byName<T>(entries: ReadonlyMap<string, T>): [name: string, entry: T][] {
  return [...entries].sort(([one], [other]) => one < other ? -1 : 1);
}

/** What an item takes at least in a stored document, in bytes. */
const itemSize = 2;

class RootWriter {
  isTruncated = false;
  /** The characters that formats may still take. */
  #left: number = limits.renderedFreely / 2;

  /** The members of a JSON object: `content` and `entries` of a type, where it has them. */
  membersOf(type: YjsType): string {
    const content = this.#contentOf(type);
    const entries = this.#entriesOf(type);
    return [
      ...content === '' ? [] : [`"content":[${content}]`],
      ...entries === '' ? [] : [`"entries":{${entries}}`],
    ].join(',');
  }

  #contentOf(type: YjsType): string {
    const parts: string[] = [];
    const formats = new Formats();
    for (let item = type._start; item !== null; item = item.right) {
      if (item.deleted) continue;
      this.#left += itemSize * limits.renderedPerStored / 4;
      const { content } = item;
      if (content instanceof Y.ContentFormat) formats.set(content.key, content.value);
      else if (content instanceof Y.ContentString) {
        parts.push(`{"text":${JSON.stringify(content.str)}${this.#take(formats)}}`);
      } else if (content instanceof Y.ContentEmbed) {
        parts.push(`{"embed":${valueJson(content.embed)}${this.#take(formats)}}`);
      } else {
        for (const part of this.#values(content)) parts.push(part);
      }
    }
    return parts.join(',');
  }

  #entriesOf(type: YjsType): string {
    const parts: string[] = [];
    for (const [key, item] of byName(type._map)) {
      if (item.deleted) continue;
      // Only the last value of an item is current.
      const value = this.#values(item.content).at(-1);
      if (value !== undefined) parts.push(`${JSON.stringify(key)}:${value}`);
    }
    return parts.join(',');
  }

  /** The values or the type in an item. */
  #values(content: Y.Item['content']): string[] {
    if (content instanceof Y.ContentType) return [this.#typeJson(content.type)];
    return content.getContent().map((value) => `{"value":${valueJson(value)}}`);
  }

  #typeJson(type: YjsType): string {
    const members = this.membersOf(type);
    return `{"type":${typeMembers(type)}${members === '' ? '' : `,${members}`}}`;
  }

  /** The member with the formats of a run; empty without formats, or without room for them. */
  #take(formats: Formats): string {
    if (formats.length === 0) return '';
    if (formats.length > this.#left) {
      this.isTruncated = true;
      return '';
    }
    this.#left -= formats.length;
    return `,"formats":{${formats.json}}`;
  }
}

function typeMembers(type: YjsType): string {
  if (type instanceof Y.XmlElement) return `"element","name":${JSON.stringify(type.nodeName)}`;
  // A Y.XmlText is a Y.Text, and a Y.XmlElement a Y.XmlFragment.
  if (type instanceof Y.Text) return '"text"';
  if (type instanceof Y.XmlFragment) return '"fragment"';
  return type instanceof Y.Array ? '"array"' : '"map"';
}

/** The formats at one place of a text, as JSON. */
class Formats {
  readonly #formats = new Map<string, string>();
  /** Characters of {@link json}. */
  length = 0;
  #json: string | null = '';

  set(name: string, value: unknown): void {
    const old = this.#formats.get(name);
    if (old !== undefined) this.length -= old.length + 1;
    this.#formats.delete(name);
    this.#json = null;
    if (value === null || value === undefined) return;
    const member = `${JSON.stringify(name)}:${valueJson(value)}`;
    this.#formats.set(name, member);
    this.length += member.length + 1;
  }

  get json(): string {
    return this.#json ??= [...this.#formats.values()].join(',');
  }
}

/** A plain value of Yjs. What JSON does not have becomes `null` or text. */
function valueJson(value: unknown): string {
  const json = JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === 'bigint') return String(part);
    return part instanceof Uint8Array ? hexadecimal(part) : part;
  });
  return json ?? 'null';
}

function hexadecimal(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
