import { documentPath, withCredential } from '../../../access/document-address.ts';
import type { Editor } from '../../../editor/editor.ts';
import { createDocument, creationMode } from '../../shared/create-document.ts';
import { chooseFile, importFile } from '../../shared/import/import-file.ts';
import { ownedDocument } from '../../shared/owned-documents.ts';
import { recentDocuments, rememberDocument } from '../../shared/recent-documents.ts';
import { UserError } from '../../shared/user-error.ts';
import { followFirstLine, shownTitle, showTitle, statedTitle } from '../bar/page-title.ts';
import { showToast } from '../dialog/notices.ts';
import type { DocumentPage } from '../document-page.ts';
import type { FindBar } from '../find/find-bar.ts';
import type { Outline } from '../outline/outline.ts';
import { canRun, type CommandName } from './command.ts';
import type { ExportSource } from './export.ts';

/** The commands of the page besides editing. Each loads its own part of the page when it first runs. */
export class Commands {
  readonly #page: DocumentPage;
  #findBar: FindBar | null = null;
  #outline: Outline | null = null;
  /** Whether the person has opened the share dialog. */
  #mayBeShared = false;

  constructor(page: DocumentPage) {
    this.#page = page;
  }

  /** Whether a command would do anything now. */
  canRun(name: CommandName): boolean {
    return canRun(name, this.#page.editor());
  }

  /** Whether the menu shows a command to this person, on this service. */
  offers(name: CommandName): boolean {
    if (name === 'delete') return this.#page.provider.role === 'own';
    return (name !== 'new' && name !== 'import') || creationMode() !== 'none';
  }

  /** Shows the title wherever the page has it. Call it after a change of the title. */
  showTitle(): void {
    showTitle(this.#page);
    this.remember();
  }

  /** Keeps the title up to date while it is the first line of the text. */
  followText(editor: Editor): void {
    followFirstLine(editor, () => this.showTitle());
  }

  /** Adds the document to the browser's list of recent documents, unless it is new and untouched. */
  remember(): void {
    if (this.#isUntouched()) return;
    const { name, credential, provider: { role } } = this.#page;
    const title = shownTitle(this.#page);
    rememberDocument({ name, title, openedAt: Date.now(), credential, role });
  }

  /** Shows an owner what the service cannot do with the document. */
  async showProblems(): Promise<void> {
    if (this.#page.provider.role !== 'own') return;
    const { showProblems } = await import('../show-problems.ts');
    await showProblems(this.#page);
  }

  /** Whether this browser has created the document and nothing was done with it. */
  #isUntouched(): boolean {
    const { name, credential } = this.#page;
    const isOwn = credential === null || ownedDocument(name) !== null;
    if (!isOwn || this.#mayBeShared || statedTitle(this.#page) !== '') return false;
    const text = this.#page.editor()?.view.state.doc;
    const isEmpty = text?.childCount === 1 && text.firstChild?.content.size === 0;
    return isEmpty && !recentDocuments().some((document) => document.name === name);
  }

  /** Runs a command. Shows a toast when it fails, or when its part cannot be loaded. */
  run(name: CommandName): Promise<void> {
    return attempt(() => this.#run(name));
  }

  /** Saves the document as a file. */
  download(extension: string): Promise<void> {
    return attempt(async () => {
      const { download, fileNameOf } = await import('./export.ts');
      await download(this.#export(extension), fileNameOf(shownTitle(this.#page), extension));
    });
  }

  /** The address of the document in another format, for the browser to request. */
  exportAddress(extension: string): string {
    return withCredential(this.#export(extension).path, this.#page.credential);
  }

  /** Keeps the language of the text up to date for the browser. */
  async followLanguage(editor: Editor, title: HTMLElement): Promise<void> {
    const { followLanguage } = await import('./follow-language.ts');
    followLanguage(this.#page, editor, title);
  }

  /** Creates the outline, which shows itself where there is room beside the text. */
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
        chooseFile((file) => void attempt(() => importFile(file)));
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
      case 'language': {
        const { openLanguageDialog } = await import('./language-dialog.ts');
        if (editor) openLanguageDialog(this.#page, editor);
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
        (await import('./shortcuts.ts')).openShortcuts();
        return;
      case 'share':
        this.#mayBeShared = true;
        this.remember();
        (await import('../share/share-dialog.ts')).openShareDialog(this.#page);
        return;
      case 'delete':
        await (await import('./delete-document.ts')).deleteDocument(this.#page);
        return;
    }
  }

  #export(extension: string): ExportSource {
    const { name, credential, provider } = this.#page;
    return { provider, credential, path: `${documentPath(name)}.${extension}` };
  }

  async #loadFindBar(editor: Editor): Promise<FindBar> {
    const { FindBar } = await import('../find/find-bar.ts');
    this.#findBar ??= new FindBar(editor.view, this.#page.bar);
    return this.#findBar;
  }
}

/** Runs an action and shows why it failed. */
export async function attempt(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof UserError) showToast(error.message, 'failed');
    else if (isLoadError(error)) {
      showToast(
        'Cannot load this part of the page. Check your connection and try again.',
        'failed',
      );
    } else throw error;
  }
}

/** What browsers throw when `import()` cannot fetch a script. */
function isLoadError(error: unknown): boolean {
  return error instanceof TypeError && /import|module|fetch/i.test(error.message);
}
