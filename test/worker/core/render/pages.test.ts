import { describe, expect, test } from 'vitest';
import { readDocument, renderers } from '../../../../worker/core/render/formats.ts';
import {
  emptyViewerPage,
  messagePage,
  viewerPage,
} from '../../../../worker/routes/page-templates.ts';
import { documentOf, line, received } from './sample-documents.ts';

describe('pages', () => {
  const template = '<title>{{ title }}</title><meta content="{{description}}">' +
    '<link href="{{address}}"><link href="{{oembed}}">' +
    '<main data-source="{{source}}" data-version="{{version}}">{{html}}</main>';
  const address = 'http://localhost/v/notes';
  const oembed = `http://localhost/oembed?url=${encodeURIComponent(address)}&x="`;

  test('[R20] the viewer page contains the document and the address for its changes', () => {
    const body = renderers.page(readDocument(documentOf([line('a "b"'), line('c')])));
    expect(viewerPage(template, { name: 'notes', address, oembed, body, tag: '7.abc' })).toBe(
      '<title>a &quot;b&quot;</title><meta content="a &quot;b&quot; c">' +
        '<link href="http://localhost/v/notes">' +
        '<link href="http://localhost/oembed?url=http%3A%2F%2Flocalhost%2Fv%2Fnotes&amp;x=&quot;">' +
        '<main data-source="/docs/notes/changes" data-version="7.abc">' +
        '<p data-key="1-0" dir="auto">a &quot;b&quot;</p>' +
        '<p data-key="1-7" dir="auto">c</p></main>',
    );
  });

  test('[R20] the page of an empty document requests everything', () => {
    const page = emptyViewerPage(template, { name: 'notes', address, oembed });
    expect(page).toContain('<main data-source="/docs/notes/changes" data-version=""></main>');
  });

  test('[R20] every format has the stored title above the text, once', () => {
    const doc = received((doc) => {
      doc.getMap('meta').set('title', 'My <notes>');
      doc.getText('content').insert(0, 'text');
    });
    const read = readDocument(doc);
    expect(renderers.page(read)).toContain(
      '<h1 data-key=\\"title\\" dir=\\"auto\\">My &lt;notes&gt;</h1>',
    );
    expect(renderers.html(read)).toContain('<h1 dir="auto">My &lt;notes&gt;</h1>\n<p');
    expect(renderers.md(read)).toBe('# My \\<notes>\n\ntext\n');
    expect(renderers.txt(read)).toBe('My <notes>\ntext');
    expect(JSON.parse(renderers.json(read)).attrs).toEqual({ title: 'My <notes>' });
    const same = received((doc) => {
      doc.getMap('meta').set('title', 'text');
      doc.getText('content').insert(0, 'text');
    });
    expect(renderers.txt(readDocument(same))).toBe('text');
  });

  test('[R20] escapes titles, and treats placeholders in a document as text', () => {
    const hostile = '</title><script>alert("1")</script> {{html}} $& {{version}}';
    const body = renderers.page(readDocument(documentOf([line(hostile)])));
    const page = viewerPage(template, { name: 'x', address, oembed, body, tag: '"><script>' });
    expect(page).not.toContain('<script');
    expect(page.match(/\{\{html\}\}/g)).toHaveLength(3);
    expect(page.match(/data-key/g)).toHaveLength(1);
    const message = messagePage('<h1>{{title}}</h1>{{text}}', { title: hostile, text: '<b>' });
    expect(message).not.toContain('<script');
    expect(message).toContain('&lt;b&gt;');
  });

  test('[R20] throws a ReferenceError for a placeholder without a value', () => {
    const fill = () => messagePage('{{titel}}', { title: 'a', text: 'b' });
    expect(fill).toThrow(new ReferenceError('Cannot fill page: no value for titel'));
  });
});
