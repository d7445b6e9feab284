import { ServiceError } from '../../../access/call-service.ts';
import { createDocument, creationHere } from '../../shared/create-document.ts';
import type { Editor } from '../../../editor/editor.ts';
import { keysAsText } from '../../../editor/commands/keys-as-text.ts';
import { documentPath, withKey } from '../../../access/document-address.ts';
import type { OfflineCopy } from '../../../provider/offline/offline-copy.ts';
import type { EdgepadProvider } from '../../../provider/provider.ts';
import type { ProviderStatus } from '../../../provider/status.ts';
import { rememberDocument } from '../../shared/recent-documents.ts';
import { chooseFile } from '../../shared/import/choose-file.ts';
import { canRun } from './can-run.ts';
import type { Export } from './export.ts';
import type { FindBar } from '../find/find-bar.ts';
import type { Outline } from '../outline/outline.ts';
import { toast } from '../dialog/toast.ts';
import { showAccessDenied } from '../access-denied/access-denied.ts';

/** What the commands of the page need of it. */
export interface DocumentPage {
  readonly name: string;
  /** What the page was opened with; null for nothing. */
  readonly credential: string | null;
  /** The read-only page, for a browser to go to. */
  readonly viewAddress: string;
  readonly provider: EdgepadProvider;
  readonly offline: OfflineCopy;
  /** Where the page says why the text is not here, or not to be written in. */
  readonly notice: HTMLElement;
  /** Null before the document is here, and where it cannot be edited at all. */
  readonly editor: () => Editor | null;
  readonly bar: HTMLElement;
  readonly outlineRail: HTMLElement;
  readonly title: () => string;
}

export type CommandName =
  | 'new'
  | 'import'
  | 'outline'
  | 'find'
  | 'replace'
  | 'word-count'
  | 'copy-markdown'
  | 'print'
  | 'shortcuts'
  | 'share'
  | 'delete';

/**
 * What can be asked of the page beside writing. Each part is loaded when it is asked for: nobody
 * waits for it before the first key.
 */
export class Commands {
  readonly #page: DocumentPage;
  #findBar: FindBar | null = null;
  #outline: Outline | null = null;

  constructor(page: DocumentPage) {
    this.#page = page;
  }

  /** Whether a command could do anything now. */
  canRun(name: CommandName): boolean {
    return canRun(name, this.#page.editor());
  }

  /** Whether a command is for this person, on this service, at all. */
  offers(name: CommandName): boolean {
    if (name === 'delete') return this.#page.provider.role === 'own';
    return (name !== 'new' && name !== 'import') || creationHere() !== 'none';
  }

  /** Keeps the document in this browser's list of those it has opened. */
  remember(): void {
    const { name, title, credential, provider: { role } } = this.#page;
    rememberDocument({ name, title: title(), openedAt: Date.now(), proof: credential, role });
  }

  /** The service has told this page to stay away. */
  turnedAway(status: ProviderStatus & { state: 'refused' }): Promise<void> {
    return showAccessDenied(this.#page, status);
  }

  /** Runs a command. Where its part cannot be loaded, the person is told. */
  run(name: CommandName): Promise<void> {
    return this.#attempt(() => this.#run(name));
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (error instanceof ServiceError) {
        toast(error.message, 'failed');
        return;
      }
      // What a browser throws when a script cannot be fetched.
      if (!(error instanceof TypeError) || !/import|module|fetch/i.test(error.message)) throw error;
      toast('This part of the page could not be loaded. It needs a connection.', 'failed');
    }
  }

  /** Saves the document as a file. */
  download(extension: string): Promise<void> {
    return this.#attempt(async () => {
      const { download, fileNameOf } = await import('./export.ts');
      await download(this.#export(extension), fileNameOf(this.#page.title(), extension));
    });
  }

  /** Makes the outline ready, which shows itself where there is room for it. */
  async prepareOutline(editor: Editor): Promise<Outline> {
    const { Outline } = await import('../outline/outline.ts');
    this.#outline ??= new Outline(editor, this.#page.outlineRail);
    return this.#outline;
  }

  async #run(name: CommandName): Promise<void> {
    const editor = this.#page.editor();
    switch (name) {
      case 'new':
        location.assign((await createDocument()).address);
        return;
      case 'import':
        chooseFile((file) => void this.#attempt(() => this.#import(file)));
        return;
      case 'outline':
        if (editor) (await this.prepareOutline(editor)).toggle();
        return;
      case 'find':
      case 'replace':
        if (editor) (await this.#loadFindBar(editor)).open(name);
        return;
      case 'word-count': {
        const { openWordCount } = await import('../outline/word-count.ts');
        if (editor) openWordCount(editor);
        return;
      }
      case 'copy-markdown': {
        const { copyAsMarkdown } = await import('./export.ts');
        await copyAsMarkdown(this.#export('md'));
        return;
      }
      case 'print':
        print();
        return;
      case 'shortcuts':
        (await import('./shortcuts.ts')).openShortcuts(keysAsText);
        return;
      case 'share':
        (await import('../share/share-dialog.ts')).openShareDialog(this.#page);
        return;
      case 'delete':
        await (await import('./delete-document.ts')).deleteDocument(this.#page);
        return;
    }
  }

  /** Where the service writes the document in another format, for a browser to go to. */
  exportAddress(extension: string): string {
    return withKey(this.#export(extension).path, this.#page.credential);
  }

  #export(extension: string): Export {
    const { name, credential, provider } = this.#page;
    return { provider, credential, path: `${documentPath(name)}.${extension}` };
  }

  async #import(file: File): Promise<void> {
    const { storeImport, ImportError } = await import('../../shared/import/hand-over.ts');
    try {
      await storeImport(file);
    } catch (error) {
      if (!(error instanceof ImportError)) throw error;
      toast(error.message, 'failed');
    }
  }

  async #loadFindBar(editor: Editor): Promise<FindBar> {
    const { FindBar } = await import('../find/find-bar.ts');
    this.#findBar ??= new FindBar(editor.view, this.#page.bar);
    return this.#findBar;
  }
}
