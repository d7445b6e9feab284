import { whenIdle } from '../../platform/when-idle.ts';
import type { Editor } from '../../editor/editor.ts';
import type { Commands } from './menu/commands.ts';

/**
 * Brings, when the browser has nothing else to do, what stands beside the text on a wide screen: the
 * outline, the word count. And fetches the parts that are loaded when they are asked for, so that they
 * are there without a connection, too.
 */
export function loadOptionalPartsWhenIdle(
  editor: Editor,
  commands: Commands,
  wordCount: HTMLButtonElement,
): void {
  const load = async () => {
    try {
      const [{ showWordCount }] = await Promise.all([
        import('./outline/word-count.ts'),
        commands.prepareOutline(editor),
        import('./find/find-bar.ts'),
        import('./share/share-dialog.ts'),
        import('./menu/shortcuts.ts'),
        import('./menu/export.ts'),
        // Where no WebSocket gets through; asked for by then, it could be gone with an older build.
        import('../../provider/transport/polled-socket.ts'),
      ]);
      // Last, so that all of it is kept for opening without a network.
      const { openWithoutNetwork } = await import('./open-offline.ts');
      await openWithoutNetwork();
      if (!editor.view.isDestroyed) showWordCount(editor, wordCount);
    } catch (error) {
      // Out of reach: whoever wants one of them asks again, and is told.
      if (!(error instanceof TypeError)) throw error;
    }
  };
  whenIdle(() => void load(), 2000);
}
