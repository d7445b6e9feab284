import type { Editor } from '../../editor/editor.ts';
import { whenIdle } from '../../platform/when-idle.ts';
import { followSections } from './outline/follow-sections.ts';
import { element } from '../shared/element.ts';
import type { Commands } from './menu/commands.ts';

/**
 * Once the browser is idle, shows the outline and the word count, which need a wide window. Also loads
 * the parts of the page that commands need, so that these work offline.
 */
export function loadOptionalPartsWhenIdle(
  editor: Editor,
  commands: Commands,
  wordCount: HTMLButtonElement,
): void {
  commands.followText(editor);
  followSections(editor);
  const load = async () => {
    try {
      const [{ showWordCount }] = await Promise.all([
        import('./outline/word-count.ts'),
        commands.prepareOutline(editor),
        commands.showProblems(),
        commands.followLanguage(editor, element('title', HTMLElement)),
        import('./find/find-bar.ts'),
        import('../../live-editor/content-notice.ts'),
        import('./share/share-dialog.ts'),
        import('./menu/language-dialog.ts'),
        import('./menu/shortcuts.ts'),
        import('./menu/export.ts'),
        // Needed in rare cases. Loaded only then, they might belong to an older build.
        import('../../provider/transport/polled-socket.ts'),
        import('../../provider/sync/lazy-sync.ts'),
        import('../../provider/offline/lazy-offline.ts'),
      ]);
      // Last, because it caches the scripts that were loaded before.
      const { registerServiceWorker } = await import('../../platform/register-service-worker.ts');
      await registerServiceWorker('/d/');
      if (!editor.view.isDestroyed) showWordCount(editor, wordCount);
    } catch (error) {
      // A script cannot be fetched. A command that needs it tries again and shows the error.
      if (!(error instanceof TypeError)) throw error;
    }
  };
  whenIdle(() => void load(), 2000);
}
