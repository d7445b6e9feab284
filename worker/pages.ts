import { escapeHtml } from './core/render/escape.ts';
import type { RenderedDocument } from './core/render/renderers.ts';

/** A document for its read-only page. */
export interface ViewerPage {
  readonly name: string;
  /** Of the document; shown, and the name of the tab. */
  readonly title: string;
  /** The document in the format `blocks`, as the service wrote it: its HTML goes in as it is. */
  readonly body: string;
  /** Names this content, so that the page can ask for what is newer. */
  readonly tag: string;
}

/** The page on which a document is read: whole without a script, kept up to date by one. */
export function viewerPage(template: string, { name, title, body, tag }: ViewerPage): string {
  const { blocks, description }: RenderedDocument = JSON.parse(body);
  return fill(template, {
    title: escapeHtml(title),
    description: escapeHtml(description),
    source: escapeHtml(`/docs/${encodeURIComponent(name)}/content`),
    version: escapeHtml(tag),
    html: blocks.map(({ html }) => html).join(''),
  });
}

/** The page on which a document is written. Its name leads to the read-only page without a script. */
export function documentPage(template: string, name: string): string {
  return fill(template, { name: escapeHtml(encodeURIComponent(name)) });
}

/** A page that says one thing, such as why there is no document here, and leads home. */
export function messagePage(
  template: string,
  { title, text }: { readonly title: string; readonly text: string },
): string {
  return fill(template, { title: escapeHtml(title), text: escapeHtml(text) });
}

/**
 * Puts values, which are HTML already, in place of `{{name}}`. In one pass, so that a document about
 * templates is shown as it was written. Throws where the template wants what is not there.
 */
function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new ReferenceError(`Cannot fill page: no value for ${name}`);
    return value;
  });
}
