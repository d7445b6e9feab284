/** `edgepad/editor`: the editor on a Y.Doc, without a page around it. */
export { contentOf, metaOf, schema, schemaNumber } from '../../protocol/schema.ts';
export { createEditor, type Editor, type EditorOptions } from '../editor/editor.ts';
export { unsupportedTextIn } from '../editor/binding/unsupported-text.ts';
export { watchForUnsupportedContent } from '../editor/binding/unsupported-content.ts';
export { createImageCommand } from '../editor/commands/image-command.ts';
export { createLinkCommand, type LinkCommand } from '../editor/commands/link-command.ts';
export { createToolbar } from '../editor/view/toolbar.ts';
