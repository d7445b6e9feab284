/** An unguessable, unique id of 16 characters `[0-9a-f]`. */
export function randomId(): string {
  return crypto.randomUUID().replaceAll('-', '').slice(16);
}
