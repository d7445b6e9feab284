import { escapeHtml } from '../core/render/escape.ts';
import type { PageContent } from '../core/render/formats.ts';

/** A document for its read-only page. */
export interface ViewerPage {
  readonly name: string;
  /** Of the page, as others know it. */
  readonly address: string;
  /** Where others learn how to show it: see oembed.ts. */
  readonly oembed: string;
  /** The document in the format `page`, as the service wrote it: its HTML goes in as it is. */
  readonly body: string;
  /** Names this content, so that the page can ask for what is newer. */
  readonly tag: string;
}

/** The page on which a document is read: whole without a script, kept up to date by one. */
export function viewerPage(
  template: string,
  { name, address, oembed, body, tag }: ViewerPage,
): string {
  const { title, description, html }: PageContent = JSON.parse(body);
  return filledViewer(template, {
    name,
    address,
    oembed,
    title,
    description,
    version: tag,
    html,
  });
}

/** The same page where nobody has written yet. It goes on looking. */
export function emptyViewerPage(
  template: string,
  { name, address, oembed }: Pick<ViewerPage, 'name' | 'address' | 'oembed'>,
): string {
  const description = 'Nothing has been written here yet.';
  return filledViewer(template, {
    name,
    address,
    oembed,
    title: 'Nothing here yet',
    description,
    version: '',
    html: '',
  });
}

interface Viewer extends Pick<ViewerPage, 'name' | 'address' | 'oembed'>, PageContent {
  readonly version: string;
}

function filledViewer(template: string, viewer: Viewer): string {
  return fill(template, {
    title: escapeHtml(viewer.title),
    description: escapeHtml(viewer.description),
    address: escapeHtml(viewer.address),
    oembed: escapeHtml(viewer.oembed),
    source: escapeHtml(changesAddress(viewer.name)),
    version: escapeHtml(viewer.version),
    html: viewer.html,
  });
}

/**
 * The page on which a document is written. Its name leads to the read-only page without a script;
 * `creation` is for making another one.
 */
export function documentPage(
  template: string,
  { name, creation, oembed }: {
    readonly name: string;
    readonly creation: Creation;
    readonly oembed: string;
  },
): string {
  return fill(template, {
    name: escapeHtml(encodeURIComponent(name)),
    creation,
    oembed: escapeHtml(oembed),
  });
}

/** What both pages for frames are told: how they look, and which sites may show them. */
interface FramePage {
  readonly theme: 'auto' | 'light' | 'dark';
  readonly origins: ReadonlySet<string>;
  readonly name: string;
}

/** The editor for the frame of another site. */
export function embedPage(template: string, page: FramePage): string {
  return fill(template, frameValues(page));
}

/** A document for the frame of another site; null where the page has to ask for it by itself. */
export function embedViewPage(
  template: string,
  page: FramePage,
  found: Pick<ViewerPage, 'body' | 'tag'> | null,
): string {
  const content: PageContent = found
    ? JSON.parse(found.body)
    : { title: 'Document', description: '', html: '' };
  return fill(template, {
    ...frameValues(page),
    title: escapeHtml(content.title),
    source: escapeHtml(changesAddress(page.name)),
    whole: escapeHtml(`/v/${encodeURIComponent(page.name)}`),
    version: escapeHtml(found?.tag ?? ''),
    html: content.html,
  });
}

function frameValues({ theme, origins, name }: FramePage): Record<string, string> {
  return {
    theme,
    origins: escapeHtml([...origins].filter((origin) => origin !== 'null').join(' ')),
    name: escapeHtml(encodeURIComponent(name)),
  };
}

function changesAddress(name: string): string {
  return `/docs/${encodeURIComponent(name)}/changes`;
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
