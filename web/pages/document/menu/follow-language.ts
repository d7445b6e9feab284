import { metaOf } from '../../../../protocol/schema.ts';
import {
  isLanguageTag,
  maxLanguageSample,
  textLanguage,
} from '../../../../protocol/text/text-language.ts';
import type { Editor } from '../../../editor/editor.ts';
import type { DocumentPage } from '../document-page.ts';
import { statedTitle } from '../bar/page-title.ts';

/** How long the text must be unchanged before its language is guessed again, in milliseconds. */
const updateDelay = 1_000;

/** The language that an author has set for the document; null for none. */
export function setLanguage({ provider }: DocumentPage): string | null {
  const language = metaOf(provider.doc).get('language');
  return typeof language === 'string' && isLanguageTag(language) ? language : null;
}

/** The language of the text as a BCP 47 tag: the one that is set, else a guess. Null if unknown. */
export function languageOf(page: DocumentPage, { view }: Editor): string | null {
  const set = setLanguage(page);
  if (set !== null) return set;
  const { doc } = view.state;
  const end = Math.min(doc.content.size, maxLanguageSample);
  return textLanguage(`${statedTitle(page)}\n${doc.textBetween(0, end, '\n', ' ')}`);
}

/** Keeps the language of the title and the text up to date, for screen readers and spell checkers. */
export function followLanguage(page: DocumentPage, editor: Editor, title: HTMLElement): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const host = editor.view.dom.parentElement;
  const show = () => {
    if (editor.view.isDestroyed || !host) return;
    const language = languageOf(page, editor) ?? '';
    if (host.lang !== language) host.lang = title.lang = language;
  };
  editor.onChange(() => {
    clearTimeout(timer);
    timer = setTimeout(show, updateDelay);
  });
  metaOf(page.provider.doc).observe(show);
  show();
}
