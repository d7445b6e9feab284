import { expect, test } from 'vitest';
import type * as Y from 'yjs';
import { readBlocks } from '../../../../worker/core/render/blocks.ts';
import { readDocument, renderers } from '../../../../worker/core/render/formats.ts';
import { joinRendered, renderBlocks, renderHtml } from '../../../../worker/core/render/html.ts';
import { documentOf, element, line, received } from './sample-documents.ts';

const heading = (text: string) => line(text, { kind: 'h2' });
const idsIn = (html: string) => [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);

test('[R28] a heading has an id that stays while it is edited, and one made of its text', () => {
  const doc = documentOf([heading('Install'), line('text'), heading('Use')]);
  const [stable, name] = idsIn(renderHtml(doc));
  expect(name).toBe('install');
  const text = (doc.getXmlFragment('lines').get(0) as Y.XmlElement).get(0) as Y.XmlText;
  text.insert(7, 'ation');
  expect(idsIn(renderHtml(doc)).slice(0, 2)).toEqual([stable, 'installation']);
});

test('[R28] pages and exports have the same ids, also for headings of other editors', () => {
  for (
    const doc of [
      documentOf([heading('a'), heading('a'), heading(''), line('b')]),
      documentOf([
        element('blockquote', [element('heading', ['a'], { level: 2 })]),
        element('heading', ['a'], { level: 4 }),
      ], 'default'),
    ]
  ) {
    const ids = idsIn(renderHtml(doc));
    expect(ids).toHaveLength(4);
    expect(ids.filter((id) => !id?.startsWith('s-'))).toEqual(['a', 'a-1']);
    expect(idsIn(joinRendered(renderBlocks(readBlocks(doc))))).toEqual(ids);
  }
});

test('[R28] a heading whose number changes is rendered again', () => {
  const doc = documentOf([heading('a'), heading('a')]);
  const read = () => joinRendered(renderBlocks(readBlocks(doc)));
  expect(read()).toContain('id="a-1"');
  doc.getXmlFragment('lines').delete(0, 1);
  expect(read()).not.toContain('id="a-1"');
});

test('[R29] a document has the language of its text, or the one that an author has set', () => {
  const german = [line('Die Sitzung beginnt um neun.'), line('Danach gibt es Kaffee.')];
  const languageIn = (doc: Y.Doc) => {
    const read = readDocument(doc);
    const { language } = JSON.parse(renderers.page(read));
    expect(renderers.html(read)).toContain(
      language === null ? '<html>' : `<html lang="${language}">`,
    );
    return language;
  };
  const doc = documentOf(german);
  expect(languageIn(doc)).toBe('de');
  doc.getMap('meta').set('language', 'en-GB');
  expect(languageIn(doc)).toBe('en-GB');
  doc.getMap('meta').set('language', '"><script>');
  expect(languageIn(doc)).toBe('de');
  expect(languageIn(received((doc) => doc.getText('content').insert(0, '12:30')))).toBeNull();
});
