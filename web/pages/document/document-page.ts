import type { Editor } from '../../editor/editor.ts';
import type { OfflineCopy } from '../../provider/offline/offline-copy.ts';
import type { EdgepadProvider } from '../../provider/provider.ts';

/** What the parts of the document page share. */
export interface DocumentPage {
  readonly name: string;
  /**
   * The credential that opened the page; null for none. An owner's page has the owner's key here, and
   * in its address a key to edit or none.
   */
  readonly credential: string | null;
  readonly provider: EdgepadProvider;
  readonly offline: OfflineCopy;
  /** Shows why the text is missing or cannot be edited. */
  readonly notice: HTMLElement;
  readonly bar: HTMLElement;
  readonly outlineRail: HTMLElement;
  /** Null before the first sync, and for a document that this editor cannot show. */
  editor(): Editor | null;
}
