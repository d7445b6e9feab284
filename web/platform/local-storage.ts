/**
 * Reads a JSON value from localStorage; null without one. Storage may be unavailable: in an embed,
 * switched off, or full. Pages must work without it.
 */
export function readStored(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null');
  } catch (error) {
    // DOMException: storage is unavailable. SyntaxError: another program wrote the value.
    if (error instanceof DOMException || error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Stores a value as JSON. Does nothing when storage is unavailable. */
export function store(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}
