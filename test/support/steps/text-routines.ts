/**
 * The exported functions that read text or documents of any length. `textRoutines` has a case for each
 * one; `otherFunctions` gives the reason for each one that has none. Import `count-steps.ts` before this.
 */
import { EditorState, TextSelection } from 'prosemirror-state';
import { type Node, Slice } from 'prosemirror-model';
import * as Y from 'yjs';
import { ContentChanges } from '../../../content/content-changes.ts';
import { firstUpdate } from '../../../content/first-update.ts';
import { splitFrontMatter } from '../../../content/front-matter.ts';
import { htmlTokens } from '../../../content/html-tokens.ts';
import { checkLength, checkSize, isTooLong } from '../../../content/import-limits.ts';
import { shiftText } from '../../../content/raised-text.ts';
import { readMarkdown } from '../../../content/read-markdown.ts';
import { hasOddBreaks, readText, splitLines } from '../../../content/read-text.ts';
import { isDocumentName } from '../../../protocol/document-name.ts';
import { isEmbedOrigin } from '../../../protocol/text/embed-origin.ts';
import { sectionId, sectionInLink, sectionNames } from '../../../protocol/text/section-names.ts';
import { isLanguageTag, textLanguage } from '../../../protocol/text/text-language.ts';
import { shortTitle } from '../../../protocol/text/title.ts';
import { safeHref, safeImageSource } from '../../../protocol/safe-href.ts';
import { schema } from '../../../protocol/schema.ts';
import { initialsOf, inkOn } from '../../../web/editor/binding/presence.ts';
import { addressFrom } from '../../../web/editor/commands/address-from.ts';
import { imageAddressFrom } from '../../../web/editor/commands/images.ts';
import { keysAsText } from '../../../web/editor/commands/keys-as-text.ts';
import { linkAt, setLink } from '../../../web/editor/commands/links.ts';
import { toggleCodeBlock } from '../../../web/editor/commands/set-kind.ts';
import { toggleMark } from '../../../web/editor/commands/toggle-mark.ts';
import { hideStyles } from '../../../web/editor/import/hide-styles.ts';
import { readListSign, showsSign } from '../../../web/editor/import/list-signs.ts';
import { looksLikeMarkdown } from '../../../web/editor/import/looks-like-markdown.ts';
import { outlineOf } from '../../../web/editor/model/outline.ts';
import { findUnsupportedContent } from '../../../web/editor/model/unsupported-content.ts';
import { wordCountOf } from '../../../web/editor/model/word-count.ts';
import { fitToLine } from '../../../web/editor/paste/fit-to-line.ts';
import { plainText } from '../../../web/editor/paste/plain-text.ts';
import { foldText } from '../../../web/editor/search/fold-text.ts';
import { SearchMatches } from '../../../web/editor/search/search-matches.ts';
import { prepareQuery } from '../../../web/editor/search/search-query.ts';
import { findCopies, isRestored, readTexts } from '../../../web/provider/recovery/find-copies.ts';
import { findOrphanedText } from '../../../web/provider/recovery/orphaned-text.ts';
import { allLines, unsentLines } from '../../../web/provider/recovery/unsent-lines.ts';
import { readBlocks } from '../../../worker/core/render/blocks.ts';
import { readDocument, renderers } from '../../../worker/core/render/formats.ts';
import { escapeHtml, renderBlocks, renderHtml } from '../../../worker/core/render/html.ts';
import { IndentedLines } from '../../../worker/core/render/indented-lines.ts';
import {
  backtickFence,
  escapeDestination,
  escapeMarkdown,
  inlineMarkdown,
  oneLineMarkdown,
} from '../../../worker/core/render/inline-markdown.ts';
import { readInline, sanitizeText } from '../../../worker/core/render/inline.ts';
import { renderJson } from '../../../worker/core/render/json.ts';
import { limitOutput } from '../../../worker/core/render/limit-output.ts';
import { renderMarkdown } from '../../../worker/core/render/markdown.ts';
import { Revisions } from '../../../worker/core/render/revisions.ts';
import { standaloneHtml } from '../../../worker/core/render/standalone-html.ts';
import { renderText } from '../../../worker/core/render/text.ts';
import {
  descriptionOf,
  headingOf,
  languageOf,
  titleOf,
} from '../../../worker/core/render/title.ts';
import { contentText, sectionsOf } from '../../../worker/core/render/tree.ts';
import {
  deepText,
  rootOf,
  settingOf,
  storedTitleOf,
} from '../../../worker/core/render/yjs-types.ts';

/** Prepares an input, whose steps do not count, and returns the work to count. */
type Routine<Input> = (input: Input) => () => unknown;

const onText = (work: (text: string) => unknown): Routine<string> => (text) => () => work(text);

const onLines = (work: (lines: Node) => unknown): Routine<string> => (text) => {
  const lines = linesOf(text);
  return () => work(lines);
};

const onState = (work: (state: EditorState) => unknown): Routine<string> => (text) => {
  // One line: a change of the marks of many takes one step of ProseMirror, and a copy, for each.
  const doc = linesOf(text.replaceAll('\n', ' '));
  const selection = TextSelection.create(doc, 1, doc.content.size - 1);
  const state = EditorState.create({ doc, selection });
  return () => work(state);
};

/** A document of the editor with the lines of a text, headings and list items. */
function linesOf(text: string): Node {
  const kinds = [null, 'h1', 'bullet'];
  const lines = text.split('\n').map((line, i) =>
    schema.nodes.paragraph.create(
      { kind: kinds[i % kinds.length] },
      line === '' ? null : schema.text(line),
    )
  );
  return schema.topNodeType.create(null, lines);
}

const onTyped = (work: (text: Y.XmlText, doc: Y.Doc) => unknown): Routine<string> => (text) => {
  const typed = new Y.XmlText(text);
  const line = new Y.XmlElement('paragraph');
  line.insert(0, [typed]);
  const doc = new Y.Doc();
  doc.getXmlFragment('lines').insert(0, [line]);
  return () => work(typed, doc);
};

const everywhere = { startsLine: true, endsLine: true, encodeFirst: true, encodeLast: true };
const orphanIn = (text: string, from: Y.Text) => ({
  text,
  before: text.slice(0, 12),
  after: '',
  from,
});

/** By file and name. */
export const textRoutines: Readonly<Record<string, Routine<string>>> = {
  'content/first-update.ts firstUpdate': onLines((lines) => firstUpdate(lines, null)),
  'content/front-matter.ts splitFrontMatter': onText((text) => splitFrontMatter(`---\n${text}`)),
  'content/html-tokens.ts htmlTokens': onText((text) => [...htmlTokens(text)]),
  'content/raised-text.ts shiftText': onText((text) => shiftText(text, 'sup')),
  'content/read-markdown.ts readMarkdown': onText((text) =>
    readMarkdown(text, new ContentChanges())
  ),
  'content/read-text.ts hasOddBreaks': onText(hasOddBreaks),
  'content/read-text.ts readText': onText(readText),
  'content/read-text.ts splitLines': onText(splitLines),
  'web/editor/import/list-signs.ts showsSign': onText((text) =>
    [0, 1, 2].map((level) => showsSign(text, level))
  ),
  'web/editor/import/list-signs.ts readListSign': onText(readListSign),
  'protocol/document-name.ts isDocumentName': onText(isDocumentName),
  'protocol/text/section-names.ts sectionNames': onText((text) => sectionNames(text.split('\n'))),
  'protocol/text/section-names.ts sectionInLink': onText(sectionInLink),
  'protocol/text/section-names.ts sectionId': onText(sectionId),
  'protocol/text/title.ts shortTitle': onText(shortTitle),
  'protocol/text/text-language.ts textLanguage': onText(textLanguage),
  'protocol/text/text-language.ts isLanguageTag': onText(isLanguageTag),
  'protocol/text/embed-origin.ts isEmbedOrigin': onText(isEmbedOrigin),
  'protocol/safe-href.ts safeHref': onText(safeHref),
  'protocol/safe-href.ts safeImageSource': onText(safeImageSource),
  'web/editor/binding/presence.ts initialsOf': onText(initialsOf),
  'web/editor/binding/presence.ts inkOn': onText(inkOn),
  'web/editor/commands/address-from.ts addressFrom': onText(addressFrom),
  'web/editor/commands/images.ts imageAddressFrom': onText(imageAddressFrom),
  'web/editor/commands/keys-as-text.ts keysAsText': onText(keysAsText),
  'web/editor/commands/links.ts linkAt': onState(linkAt),
  'web/editor/commands/links.ts setLink': onState((state) =>
    setLink('https://a', '')(state, () => {})
  ),
  'web/editor/commands/set-kind.ts toggleCodeBlock': onState((state) =>
    toggleCodeBlock(state, () => {})
  ),
  'web/editor/commands/toggle-mark.ts toggleMark': onState((state) =>
    toggleMark(schema.marks.bold)(state, () => {})
  ),
  'web/editor/import/hide-styles.ts hideStyles': onText(hideStyles),
  'content/import-limits.ts checkLength': onText((text) => checkLength(text)),
  'content/import-limits.ts checkSize': onLines(checkSize),
  'content/import-limits.ts isTooLong': onText(isTooLong),
  'web/editor/import/looks-like-markdown.ts looksLikeMarkdown': onText(looksLikeMarkdown),
  'web/editor/model/outline.ts outlineOf': onLines(outlineOf),
  'web/editor/model/unsupported-content.ts findUnsupportedContent': onTyped((_, doc) =>
    findUnsupportedContent(doc)
  ),
  'web/editor/model/word-count.ts wordCountOf': onLines(wordCountOf),
  'web/editor/paste/fit-to-line.ts fitToLine': onLines((lines) =>
    fitToLine(
      new Slice(lines.content, 1, 1),
      schema.nodes.paragraph.create({ kind: 'bullet' }, schema.text('a')),
    )
  ),
  'web/editor/paste/plain-text.ts plainText': onState((state) =>
    plainText(state.doc.content, state)
  ),
  'web/editor/search/fold-text.ts foldText': onText((text) => foldText(text)),
  'web/editor/search/search-matches.ts SearchMatches': onState((state) =>
    new SearchMatches(state, prepareQuery({ text: 'ab', wholeWord: true }))
  ),
  'web/editor/search/search-query.ts prepareQuery': onText((text) => prepareQuery({ text })),
  'web/provider/recovery/find-copies.ts findCopies': onTyped((typed) =>
    findCopies(orphanIn(typed.toString(), typed), readTexts([typed]))
  ),
  'web/provider/recovery/find-copies.ts isRestored': onTyped((typed) =>
    isRestored(orphanIn('sought', typed), readTexts([typed]))
  ),
  'web/provider/recovery/find-copies.ts readTexts': onTyped((typed) => readTexts([typed])),
  'web/provider/recovery/orphaned-text.ts findOrphanedText': onTyped((_, doc) => {
    const copy = new Y.Doc();
    Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
    const lines = copy.getXmlFragment('lines');
    copy.on(
      'beforeObserverCalls',
      (transaction: Y.Transaction) => findOrphanedText(transaction, [], () => true),
    );
    lines.delete(0, 1);
  }),
  'web/provider/recovery/unsent-lines.ts allLines': onTyped((typed) => allLines(typed)),
  'web/provider/recovery/unsent-lines.ts unsentLines': onTyped((typed, { clientID }) =>
    unsentLines(typed, { saved: new Map(), clients: [clientID] })
  ),
  'worker/core/render/html.ts escapeHtml': onText(escapeHtml),
  'worker/core/render/indented-lines.ts IndentedLines': onText((text) => {
    const lines = new IndentedLines();
    lines.indent('- ', '  ', () => lines.add(text));
    return lines.toString();
  }),
  'worker/core/render/inline-markdown.ts backtickFence': onText((text) => backtickFence(text, 3)),
  'worker/core/render/inline-markdown.ts escapeDestination': onText(escapeDestination),
  'worker/core/render/inline-markdown.ts escapeMarkdown': onText((text) =>
    escapeMarkdown(text, everywhere)
  ),
  'worker/core/render/inline.ts sanitizeText': onText(sanitizeText),
  'worker/core/render/standalone-html.ts standaloneHtml': onText((text) =>
    standaloneHtml({ title: text, language: null, html: text })
  ),
};

const onBlocks =
  (work: (blocks: ReturnType<typeof readBlocks>) => unknown): Routine<Y.Doc> => (doc) => {
    const blocks = readBlocks(doc);
    return () => work(blocks);
  };

const contentsOf = (blocks: ReturnType<typeof readBlocks>) =>
  blocks.flatMap((block) =>
    'content' in block && block.type === 'paragraph' ? [block.content] : []
  );

/** The types of the lines of a document. */
const typesOf = (doc: Y.Doc) => {
  const root = rootOf(doc);
  return root ? [root.type] : [];
};

/** What reads or renders whole documents. */
export const documentRoutines: Readonly<Record<string, Routine<Y.Doc>>> = {
  'worker/core/render/blocks.ts readBlocks': (doc) => () => readBlocks(doc),
  'worker/core/render/formats.ts readDocument': (doc) => () => {
    const content = readDocument(doc);
    return Object.values(renderers).map((render) => render(content));
  },
  'worker/core/render/html.ts renderBlocks': onBlocks(renderBlocks),
  'worker/core/render/html.ts renderHtml': (doc) => () => renderHtml(doc),
  'worker/core/render/inline-markdown.ts inlineMarkdown': onBlocks((blocks) =>
    contentsOf(blocks).map(inlineMarkdown)
  ),
  'worker/core/render/inline-markdown.ts oneLineMarkdown': onBlocks((blocks) =>
    contentsOf(blocks).map(oneLineMarkdown)
  ),
  'worker/core/render/inline.ts readInline': (doc) => () =>
    typesOf(doc).map((type) => readInline(type, 0)),
  'worker/core/render/json.ts renderJson': (doc) => () => JSON.stringify(renderJson(doc)),
  'worker/core/render/limit-output.ts limitOutput': onBlocks(limitOutput),
  'worker/core/render/markdown.ts renderMarkdown': (doc) => () => renderMarkdown(doc),
  'worker/core/render/revisions.ts Revisions': onBlocks((blocks) => {
    const revisions = new Revisions();
    revisions.add('1', { title: 'title', language: null, blocks: renderBlocks(blocks) });
    return revisions.changesSince(null);
  }),
  'worker/core/render/tree.ts sectionsOf': onBlocks(sectionsOf),
  'worker/core/render/text.ts renderText': (doc) => () => renderText(doc),
  'worker/core/render/title.ts descriptionOf': (doc) => () => descriptionOf(doc),
  'worker/core/render/title.ts headingOf': onBlocks((blocks) => headingOf(new Y.Doc(), blocks)),
  'worker/core/render/title.ts languageOf': onBlocks((blocks) => languageOf(new Y.Doc(), blocks)),
  'worker/core/render/title.ts titleOf': (doc) => () => titleOf(doc),
  'worker/core/render/tree.ts contentText': onBlocks((blocks) =>
    contentsOf(blocks).map(contentText)
  ),
  'worker/core/render/yjs-types.ts deepText': (doc) => () => typesOf(doc).map(deepText),
  'worker/core/render/yjs-types.ts rootOf': (doc) => () => rootOf(doc),
  'worker/core/render/yjs-types.ts settingOf': (doc) => () => settingOf(doc, 'language'),
  'worker/core/render/yjs-types.ts storedTitleOf': (doc) => () => storedTitleOf(doc),
};
