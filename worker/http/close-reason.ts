/** What RFC 6455 leaves for the reason beside the code in a close frame. */
const reasonBytes = 123;

/** As much of a reason as fits into a close frame. */
export function fitReason(reason: string): string {
  const bytes = new TextEncoder().encode(reason);
  if (bytes.length <= reasonBytes) return reason;
  // `stream` keeps back what the cut has left of a character.
  return new TextDecoder().decode(bytes.subarray(0, reasonBytes), { stream: true });
}
