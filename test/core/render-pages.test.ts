import { describe, expect, test } from 'vitest';
import { renderers } from '../../worker/core/render/renderers.ts';
import { messagePage, viewerPage } from '../../worker/pages.ts';
import { documentOf, line } from './render-documents.ts';

describe('pages', () => {
  const template = '<title>{{ title }}</title><meta content="{{description}}">' +
    '<main data-source="{{source}}" data-version="{{version}}">{{html}}</main>';

  test('R20 the viewer page holds the whole document, and where to ask for what is newer', () => {
    const body = renderers.blocks(documentOf([line('a "b"'), line('c')]), 'A title');
    expect(viewerPage(template, { name: 'notes', title: 'A title', body, tag: '7.abc' })).toBe(
      '<title>A title</title><meta content="a &quot;b&quot; c">' +
        '<main data-source="/docs/notes/content" data-version="7.abc">' +
        '<p data-key="1-0" dir="auto">a &quot;b&quot;</p>' +
        '<p data-key="1-7" dir="auto">c</p></main>',
    );
  });

  test('R20 titles are escaped, and what looks like a placeholder in a document is text', () => {
    const hostile = '</title><script>alert("1")</script> {{html}} $& {{version}}';
    const body = renderers.blocks(documentOf([line(hostile)]), hostile);
    const page = viewerPage(template, { name: 'x', title: hostile, body, tag: '"><script>' });
    expect(page).not.toContain('<script');
    expect(page.match(/\{\{html\}\}/g)).toHaveLength(3);
    expect(page.match(/data-key/g)).toHaveLength(1);
    const message = messagePage('<h1>{{title}}</h1>{{text}}', { title: hostile, text: '<b>' });
    expect(message).not.toContain('<script');
    expect(message).toContain('&lt;b&gt;');
  });

  test('R20 a template that wants what is not there is a mistake of ours', () => {
    const fill = () => messagePage('{{titel}}', { title: 'a', text: 'b' });
    expect(fill).toThrow(new ReferenceError('Cannot fill page: no value for titel'));
  });
});
