/** `edgepad/editor`: the editor on a `Y.Doc`, without a provider. */
export { contentOf, metaOf, schema, schemaNumber } from '../../protocol/schema.ts';
export { createEditor, type Editor, type EditorOptions } from '../editor/editor.ts';
export {
  findUnsupportedContent,
  watchForUnsupportedContent,
} from '../editor/model/unsupported-content.ts';
export { createImageCommand } from '../editor/view/image-command.ts';
export { createLinkCommand, type LinkCommand } from '../editor/view/link-command.ts';
export { createToolbar } from '../editor/view/toolbar.ts';
