import { toast } from '../../document/dialog/toast.ts';
import type { Editor } from '../../../editor/editor.ts';
import { insertLines } from '../../../editor/commands/insert-lines.ts';
import { ImportError, takeStoredImport } from './hand-over.ts';
import { readFile } from './read-file.ts';

/**
 * Writes the file that was handed over into a new document. Only into an empty one: a link with
 * `#import` at its end must not write into anybody's text.
 */
export async function beginWithFile(
  name: string,
  editor: Editor,
  setTitle: (title: string) => void,
): Promise<void> {
  const file = await takeStoredImport(name);
  if (!file || editor.view.state.doc.textContent !== '') return;
  try {
    const { lines, title } = await readFile(file.name, file.text);
    insertLines(editor.view, lines);
    setTitle(title);
    scrollTo({ top: 0, behavior: 'instant' });
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    toast(error.message, 'failed');
  }
}
