import type { Editor } from '../../editor/editor.ts';
import type { OfflineCopy } from '../../provider/offline/offline-copy.ts';
import type { EdgepadProvider } from '../../provider/provider.ts';

/** What the parts of the document page share. */
export interface DocumentPage {
  readonly name: string;
  /** The credential in the page's address; null for none. */
  readonly credential: string | null;
  /** The address of the read-only page. */
  readonly viewAddress: string;
  readonly provider: EdgepadProvider;
  readonly offline: OfflineCopy;
  /** Shows why the text is missing or cannot be edited. */
  readonly notice: HTMLElement;
  readonly bar: HTMLElement;
  readonly outlineRail: HTMLElement;
  /** Null before the first sync, and for a document that this editor cannot show. */
  editor(): Editor | null;
  title(): string;
}
