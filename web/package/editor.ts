/** `edgepad/editor`: the editor on a Y.Doc, without a page around it. */
export { contentOf, metaOf, schema, schemaNumber } from '../../protocol/schema.ts';
export { createEditor, type Editor, type EditorOptions } from '../editor/editor.ts';
export { unknownIn } from '../editor/foreign-text.ts';
export { watchForUnknown } from '../editor/guard.ts';
export { createImageCommand } from '../editor/image-command.ts';
export { createLinkCommand, type LinkCommand } from '../editor/link-command.ts';
export { createToolbar } from '../editor/toolbar.ts';
