/** The parts of the editor's view that load after the first paint: see `viewChunk`. */
export { leaveTask } from '../commands/leave-task.ts';
export { removeLink } from '../commands/links.ts';
export { askForImage } from './image-dialog.ts';
export { LinkBubble } from './link-bubble.ts';
export { askForLink } from './link-dialog.ts';
export { openLink } from './open-link.ts';
export { LineAttributes } from './line-attributes.ts';
export { toolbarItems } from './toolbar-items.ts';
export { showToolbar } from './toolbar-view.ts';
