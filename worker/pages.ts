import { escapeHtml } from './core/render/escape.ts';
import type { PageContent } from './core/render/renderers.ts';

/** A document for its read-only page. */
export interface ViewerPage {
  readonly name: string;
  /** Of the page, as others know it. */
  readonly address: string;
  /** The document in the format `page`, as the service wrote it: its HTML goes in as it is. */
  readonly body: string;
  /** Names this content, so that the page can ask for what is newer. */
  readonly tag: string;
}

/** The page on which a document is read: whole without a script, kept up to date by one. */
export function viewerPage(template: string, { name, address, body, tag }: ViewerPage): string {
  const { title, description, html }: PageContent = JSON.parse(body);
  return filledViewer(template, { name, address, title, description, version: tag, html });
}

/** The same page where nobody has written yet. It goes on looking. */
export function emptyViewerPage(
  template: string,
  { name, address }: Pick<ViewerPage, 'name' | 'address'>,
): string {
  const description = 'Nothing has been written here yet.';
  return filledViewer(template, {
    name,
    address,
    title: 'Nothing here yet',
    description,
    version: '',
    html: '',
  });
}

interface Viewer extends Pick<ViewerPage, 'name' | 'address'>, PageContent {
  readonly version: string;
}

function filledViewer(template: string, viewer: Viewer): string {
  return fill(template, {
    title: escapeHtml(viewer.title),
    description: escapeHtml(viewer.description),
    address: escapeHtml(viewer.address),
    source: escapeHtml(`/docs/${encodeURIComponent(viewer.name)}/changes`),
    version: escapeHtml(viewer.version),
    html: viewer.html,
  });
}

/**
 * The page on which a document is written. Its name leads to the read-only page without a script;
 * `creation` is for making another one.
 */
export function documentPage(template: string, name: string, creation: Creation): string {
  return fill(template, { name: escapeHtml(encodeURIComponent(name)), creation });
}

/** How somebody who has no link comes to a document: `open`, any name is one; `anyone`, by asking for it. */
export type Creation = 'open' | 'anyone' | 'none';

/** Where documents begin. */
export function homePage(template: string, creation: Creation): string {
  return fill(template, { creation });
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
