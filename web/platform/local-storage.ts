/**
 * What this browser keeps between visits. Embedded in another site, or with storage switched off or
 * full, there is none: then nothing is read and nothing kept, and the page works all the same.
 */
export function readStored(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null');
  } catch (error) {
    // DOMException: no storage. SyntaxError: something else wrote under our key.
    if (error instanceof DOMException || error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Keeps a value that JSON can hold. Whether it was kept is nobody's concern. */
export function store(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}
