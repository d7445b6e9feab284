import type { CreationMode } from '../../protocol/roles.ts';
import { escapeHtml } from '../core/render/html.ts';
import type { PageContent } from '../core/render/formats.ts';

/** A document on its viewer page. */
interface ViewerPage {
  readonly name: string;
  /** The URL of the page. */
  readonly address: string;
  /** The oEmbed URL of the page. */
  readonly oembed: string;
  /** The document in the format `page`; its HTML is safe to insert. */
  readonly body: string;
  /** The revision's tag, for requests of later changes. */
  readonly tag: string;
}

/** The viewer page. It is complete without its script, which keeps it up to date. */
export function viewerPage(
  template: string,
  { name, address, oembed, body, tag }: ViewerPage,
): string {
  const { title, description, language, html }: PageContent = JSON.parse(body);
  return fillViewer(template, {
    name,
    address,
    oembed,
    title,
    description,
    language,
    version: tag,
    html,
  });
}

/** The viewer page of a document that does not exist. Its script waits for the first content. */
export function emptyViewerPage(
  template: string,
  { name, address, oembed }: Pick<ViewerPage, 'name' | 'address' | 'oembed'>,
): string {
  const description = 'Nothing has been written here yet.';
  return fillViewer(template, {
    name,
    address,
    oembed,
    title: 'Nothing here yet',
    description,
    language: null,
    version: '',
    html: '',
  });
}

interface Viewer extends Pick<ViewerPage, 'name' | 'address' | 'oembed'>, PageContent {
  readonly version: string;
}

function fillViewer(template: string, viewer: Viewer): string {
  return fill(template, {
    title: escapeHtml(viewer.title),
    description: escapeHtml(viewer.description),
    ...languageValues(viewer.language),
    address: escapeHtml(viewer.address),
    oembed: escapeHtml(viewer.oembed),
    source: escapeHtml(changesUrl(viewer.name)),
    version: escapeHtml(viewer.version),
    html: viewer.html,
  });
}

/** A page needs a language. An empty one, which says that it is unknown, is allowed only within it. */
function languageValues(language: string | null) {
  return { language: escapeHtml(language ?? 'en'), textLanguage: escapeHtml(language ?? '') };
}

/** The editor page. Without its script it links to the viewer page. */
export function documentPage(
  template: string,
  { name, creation, oembed }: {
    readonly name: string;
    readonly creation: CreationMode;
    readonly oembed: string;
  },
): string {
  return fill(template, {
    name: escapeHtml(encodeURIComponent(name)),
    creation,
    oembed: escapeHtml(oembed),
  });
}

/** The values that both embed pages have. */
interface EmbedPage {
  readonly theme: 'auto' | 'light' | 'dark';
  readonly origins: ReadonlySet<string>;
  readonly name: string;
}

/** The editor for an iframe of another site. */
export function embedPage(template: string, page: EmbedPage): string {
  return fill(template, embedValues(page));
}

/** The viewer for an iframe of another site; with null its script requests the content. */
export function embedViewPage(
  template: string,
  page: EmbedPage,
  rendering: Pick<ViewerPage, 'body' | 'tag'> | null,
): string {
  const content: PageContent = rendering
    ? JSON.parse(rendering.body)
    : { title: 'Document', description: '', language: null, html: '' };
  return fill(template, {
    ...embedValues(page),
    title: escapeHtml(content.title),
    ...languageValues(content.language),
    source: escapeHtml(changesUrl(page.name)),
    whole: escapeHtml(`/v/${encodeURIComponent(page.name)}`),
    version: escapeHtml(rendering?.tag ?? ''),
    html: content.html,
  });
}

function embedValues({ theme, origins, name }: EmbedPage): Record<string, string> {
  return {
    theme,
    origins: escapeHtml([...origins].filter((origin) => origin !== 'null').join(' ')),
    name: escapeHtml(encodeURIComponent(name)),
  };
}

function changesUrl(name: string): string {
  return `/docs/${encodeURIComponent(name)}/changes`;
}

/** The home page. */
export function homePage(template: string, creation: CreationMode): string {
  return fill(template, { creation });
}

/** A page with a message, such as an error. */
export function messagePage(
  template: string,
  { title, text }: { readonly title: string; readonly text: string },
): string {
  return fill(template, { title: escapeHtml(title), text: escapeHtml(text) });
}

/**
 * Replaces `{{name}}` by values that are HTML. In one pass, so that placeholders in a document are not
 * replaced. Throws ReferenceError for a missing value.
 */
function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new ReferenceError(`Cannot fill page: no value for ${name}`);
    return value;
  });
}
