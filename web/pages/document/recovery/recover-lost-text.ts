import type { EditorView } from 'prosemirror-view';
import * as Y from 'yjs';
import { contentOf, metaOf } from '../../../../protocol/schema.ts';
import { creationHere } from '../../shared/create-document.ts';
import { moveCaretToRecoveredText } from '../../../editor/binding/recovery-caret.ts';
import { LostTextFinder } from '../../../provider/recovery/lost-text-finder.ts';
import type { OfflineCopy } from '../../../provider/offline/offline-copy.ts';
import { closedTabClients } from '../../../provider/recovery/closed-tab-clients.ts';
import type { EdgepadProvider } from '../../../provider/provider.ts';
import { UnsavedChanges } from '../../../provider/recovery/unsaved-changes.ts';
import { isGone, isShut, removeCopy } from '../menu/remove-copy.ts';
import { createRecoveryPanel, showOffers, showRefusal } from './recovery-panel.ts';
import { saveAsNewDocument } from './save-as-new.ts';

export interface RecoverLostTextOptions {
  readonly doc: Y.Doc;
  /** The document's name, and where documents are: `wss://host/docs`. */
  readonly name: string;
  readonly url: string;
  /** The provider: which updates it applies in the transaction under way. */
  readonly source: { readonly incoming: readonly Uint8Array[] };
  /** Client ids this browser wrote under, in tabs that are gone. */
  readonly clients: readonly number[];
  /** The editor, while there is one. */
  viewOf(): EditorView | null;
  mayWrite(): boolean;
  /** What was refused stands in another document now. */
  rescued?(): Promise<void>;
}

/** {@link recoverLostText} for as long as the page is open, whatever the service says of the text. */
export async function recoverLostTextOnPage(
  provider: EdgepadProvider,
  offline: OfflineCopy,
  page: Omit<RecoverLostTextOptions, 'source' | 'clients' | 'rescued'>,
): Promise<void> {
  const { clients } = await offline.loaded;
  const { rescue, refused } = recoverLostText({
    ...page,
    source: provider,
    clients: await closedTabClients(page.doc.clientID, clients),
    async rescued() {
      if (isShut(provider.status)) await removeCopy(offline, 'all');
    },
  });
  const follow = () => {
    const { status: { state }, serviceStateVector } = provider;
    if (serviceStateVector) rescue.markSaved(serviceStateVector);
    if (state === 'saved') rescue.markSaved(Y.encodeStateVector(page.doc));
    const isTurnedAway = state === 'refused' || state === 'read-only';
    if (isTurnedAway && rescue.unsentText !== '') refused();
    // What was saved is gone as well: this page has the last of it.
    else if (isGone(provider.status)) refused('all');
  };
  provider.addEventListener('status', follow);
  follow();
}

/**
 * Sees to it that what was typed on this page is lost neither to a merge nor to a refusal. Answers
 * what the page has to tell: {@link UnsavedChanges.markSaved} whenever the service has everything, and
 * `refused` when it will take no more, or has nothing any more (`all`).
 */
export function recoverLostText(
  { doc, name, url, source, clients, viewOf, mayWrite, rescued }: RecoverLostTextOptions,
): { readonly rescue: UnsavedChanges; refused(lost?: 'unsent' | 'all'): void } {
  const bar = createRecoveryPanel();
  document.body.append(bar.element);
  const caret = moveCaretToRecoveredText(viewOf);
  const finder = new LostTextFinder({ doc, source, clients, mayWrite, ...caret });
  showOffers(bar, finder, (text) => viewOf()?.pasteText(text));
  const rescue = new UnsavedChanges({ content: contentOf(doc), meta: metaOf(doc) }, [
    doc.clientID,
    ...clients,
  ]);
  return {
    rescue,
    refused(lost = 'unsent') {
      showRefusal(bar, rescue, lost, {
        fileName: name,
        saveAsNew: creationHere() === 'none' ? null : async () => {
          const address = await saveAsNewDocument(rescue, url);
          await rescued?.();
          location.assign(address);
        },
      });
    },
  };
}
