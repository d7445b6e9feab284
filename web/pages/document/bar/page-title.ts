import { kindOf, metaOf, schema } from '../../../../protocol/schema.ts';
import type { Editor } from '../../../editor/editor.ts';
import type { DocumentPage } from '../document-page.ts';
import { shortTitle } from '../../../../protocol/text/title.ts';
import { titleOf, untitled } from './title.ts';

/** How long the text must stay unchanged before its first line becomes the title, in milliseconds. */
const settleTime = 500;

/** The title that an author has set; empty without one. */
export function statedTitle({ provider }: DocumentPage): string {
  return titleOf(metaOf(provider.doc));
}

/** The title of the document, else its first line if that is a heading. Empty without both. */
export function shownTitle(page: DocumentPage): string {
  return statedTitle(page) || firstHeading(page.editor());
}

/** Shows the title in the browser's tab, to screen readers and in print. */
export function showTitle(page: DocumentPage): void {
  const stated = statedTitle(page);
  const shown = shownTitle(page) || untitled;
  document.title = `${shown} · Edgepad`;
  const heading = document.querySelector<HTMLElement>('#page-heading');
  if (!heading) throw new TypeError('Cannot show title: the page has no #page-heading');
  heading.textContent = shown;
  // A title that is also the first line would be printed twice.
  heading.toggleAttribute(
    'data-unprinted',
    stated === '' || stated.trim() === firstHeading(page.editor()),
  );
}

/** Calls `onChange` some time after the first line with text has changed. */
export function followFirstLine({ view, onChange }: Editor, notify: () => void): void {
  let line = firstLine(view);
  let timer: ReturnType<typeof setTimeout> | undefined;
  onChange(() => {
    const now = firstLine(view);
    if (now === line) return;
    line = now;
    clearTimeout(timer);
    timer = setTimeout(notify, settleTime);
  });
}

function firstHeading(editor: Editor | null): string {
  const line = editor && firstLine(editor.view);
  const isHeading = line?.type === schema.nodes.paragraph && /^h[123]$/.test(kindOf(line.attrs));
  if (!isHeading) return '';
  const text = line.textBetween(0, line.content.size, ' ', ' ');
  return shortTitle(text.replace(/\s+/g, ' ').trim());
}

function firstLine({ state }: Editor['view']) {
  let at = 0;
  while (at < state.doc.childCount && state.doc.child(at).textContent.trim() === '') at++;
  return state.doc.maybeChild(at);
}
