/**
 * What nobody needs before their first key, in one file of its own: the editor loads it when the
 * browser has nothing else to do (see `loadExtras`).
 */
export { cleanHtml } from '../import/clean-html.ts';
export { flattenLists } from '../import/flatten-lists.ts';
export { askForImage } from './image-dialog.ts';
export { leaveTask } from '../commands/leave-task.ts';
export { LinkBubble } from './link-bubble.ts';
export { askForLink } from './link-dialog.ts';
export { nestedDom } from '../paste/nested-html.ts';
export { insertPaste, refusePaste } from '../paste/insert-paste.ts';
export { toolbarItems } from './toolbar-items.ts';
export { showToolbar } from './toolbar-view.ts';
