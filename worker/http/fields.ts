/** Reads the fields of a JSON body, see `readFields`. */
import { badRequest } from './problem.ts';

/** Whether a text has no control character and no line break of Unicode. */
export function isOneLine(text: string): boolean {
  // deno-lint-ignore no-control-regex -- rejects control characters
  return !/[\u0000-\u001f\u007f\u2028\u2029]/.test(text);
}

/** One line of text; undefined if the field is absent. Throws a Problem for anything else. */
export function textIn(
  fields: ReadonlyMap<string, unknown>,
  name: string,
  maxLength: number,
): string | undefined {
  const text = fields.get(name);
  if (text === undefined) return undefined;
  // deno-lint-ignore no-control-regex -- rejects control characters
  const isLine = typeof text === 'string' && !/[\u0000-\u001f\u007f]/.test(text);
  if (isLine && [...text].length <= maxLength) return text;
  throw badRequest(`"${name}" must be one line of at most ${maxLength} characters.`);
}

/** A time in milliseconds; null if the field is null, undefined if it is absent. Throws a Problem. */
export function timeIn(
  fields: ReadonlyMap<string, unknown>,
  name: string,
): number | null | undefined {
  const text = fields.get(name);
  if (text === undefined || text === null) return text;
  const time = typeof text === 'string' && /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : NaN;
  if (!Number.isNaN(time)) return time;
  throw badRequest(`"${name}" must be a time such as 2027-01-31T12:00:00Z.`);
}

/** ISO 8601; null for null. */
export function formatTime(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}
