import { Mark, MarkType, Schema } from 'prosemirror-model';
import { marks } from '../../../protocol/schema-marks.ts';
import { schema } from '../../../protocol/schema.ts';

/** How many unknown marks may apply to one text. Each one is an element around it on the page. */
export const maxUnknownMarks = 16;

/** How deep the value of an unknown mark may be nested: the binding compares values recursively. */
const maxDepth = 4;

/**
 * Whether {@link keepUnknownMarks} preserves a mark that the schema does not know. Not those that
 * the binding renames (a name that ends in a hash, which Tiptap gives to overlapping marks) or
 * omits, and those whose name every object has.
 */
export function canKeepMark(name: string, value: unknown): boolean {
  const isReserved = name in Object.prototype || name === 'ychange' || Object.hasOwn(marks, name);
  return !isReserved && !/--[a-zA-Z0-9+/=]{8}$/.test(name) && isNestedAtMost(value, maxDepth);
}

function isNestedAtMost(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every((part) => isNestedAtMost(part, depth - 1));
}

/**
 * Makes the schema create a mark type for each unknown mark that the binding reads. Such a mark
 * shows as plain text, does not spread to text typed after it, and is written back with the value
 * it was read with. Without its type, the binding would delete the text.
 */
export function keepUnknownMarks(): void {
  const types: Record<string, MarkType> = schema.marks;
  schema.mark = (type, attributes) => {
    if (typeof type === 'string') types[type] ??= createMarkType(type);
    return Schema.prototype.mark.call(schema, type, attributes);
  };
}

/**
 * The constructors of ProseMirror are internal, and its types read only declared attributes. The
 * binding passes the value of the mark as the attributes, and writes the attributes as the value:
 * any JSON value but null.
 */
function createMarkType(name: string): MarkType {
  const rank = Object.keys(schema.marks).length;
  const spec = { inclusive: false, toDOM: createSpan };
  const type: MarkType = Reflect.construct(MarkType, [name, rank, schema, spec]);
  const create = (value: unknown): Mark => Reflect.construct(Mark, [type, value]);
  return Object.assign(type, { excluded: [type], create });
}

/** Not an array: for one, ProseMirror searches the mark's attributes, which may not be an object. */
function createSpan() {
  const dom = document.createElement('span');
  return { dom, contentDOM: dom };
}
