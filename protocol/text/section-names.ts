/** Longer names are cut: a heading may have any length. In UTF-16 code units. */
export const maxSectionName = 200;

/**
 * The id of a heading's element, in the editor and in HTML. `key` is the id of its Yjs item, as
 * `client-clock`: the id stays when the heading is edited.
 */
export function sectionId(key: string): string {
  return `s-${key}`;
}

/**
 * Names the sections of a document as GitHub does: `#install` links to "Install", and `#install-1` to
 * the second heading of that name. Takes the texts of all headings in order. A heading without
 * letters has an empty name.
 */
export function sectionNames(headings: readonly string[]): string[] {
  const uses = new Map<string, number>();
  return headings.map((heading) => {
    const base = sectionName(heading);
    if (base === '') return '';
    let name = base;
    while (uses.has(name)) {
      const use = (uses.get(base) ?? 0) + 1;
      uses.set(base, use);
      name = `${base}-${use}`;
    }
    uses.set(name, 0);
    return name;
  });
}

/** The name that a link to a section means, from its fragment with `#`. */
export function sectionInLink(fragment: string): string {
  try {
    return decodeURIComponent(fragment.slice(1)).normalize('NFC');
  } catch (error) {
    // The fragment is not encoded.
    if (!(error instanceof URIError)) throw error;
    return fragment.slice(1);
  }
}

function sectionName(heading: string): string {
  return heading.slice(0, maxSectionName).trim().normalize('NFC').toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\s-]/gu, '')
    .replace(/\s/g, '-');
}
