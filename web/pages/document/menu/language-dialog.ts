import { metaOf } from '../../../../protocol/schema.ts';
import { textLanguage } from '../../../../protocol/text/text-language.ts';
import type { Editor } from '../../../editor/editor.ts';
import { openDialog } from '../../shared/dialog/dialog.ts';
import type { DocumentPage } from '../document-page.ts';
import { setLanguage } from './follow-language.ts';

/** Languages to choose from. Another one that an author has set stays in the list. */
const languages =
  'ar bg bn ca cs da de el en en-GB en-US es et fa fi fr he hi hr hu hy id it ja ka ko lt lv ' +
  'nb nl pl pt pt-BR ro ru sk sl sr sv sw ta th tr uk ur vi zh-Hans zh-Hant';

/** Opens a dialog to choose the language of the document for everyone. */
export function openLanguageDialog(page: DocumentPage, { view }: Editor): void {
  const { body } = openDialog('Language');
  const names = new Intl.DisplayNames(['en'], { type: 'language' });
  const set = setLanguage(page);
  const guessed = textLanguage(view.state.doc.textContent);
  const select = document.createElement('select');
  const automatic = new Option(
    guessed === null ? 'Detect automatically' : `Detect automatically (${names.of(guessed)})`,
    '',
  );
  const options = [...new Set([...languages.split(' '), ...set === null ? [] : [set]])]
    .map((tag) => new Option(names.of(tag) ?? tag, tag))
    .sort((a, b) => a.text.localeCompare(b.text, 'en'));
  select.append(automatic, ...options);
  select.value = set ?? '';
  select.disabled = !view.editable;
  select.addEventListener('change', () => {
    const meta = metaOf(page.provider.doc);
    if (select.value === '') meta.delete('language');
    else meta.set('language', select.value);
  });
  const label = document.createElement('label');
  label.className = 'field';
  label.append('Language of the text', select);
  const note = document.createElement('p');
  note.className = 'dialog-note';
  note.textContent =
    'Spell checkers, screen readers and translators use it, here and on the read-only page.';
  body.append(label, note);
  select.focus();
}
