/** Writes one line of JSON for an event. */
export function log(
  level: 'info' | 'error',
  event: string,
  details: Readonly<Record<string, unknown>> = {},
): void {
  const line = JSON.stringify({ time: new Date().toISOString(), level, event, ...details });
  if (level === 'error') console.error(line);
  else console.log(line);
}

/** The fields of a log event for something that was thrown. */
export function faultOf(error: unknown): { reason: string; stack?: string } {
  if (!(error instanceof Error)) return { reason: String(error) };
  return { reason: error.message, ...(error.stack && { stack: error.stack }) };
}
