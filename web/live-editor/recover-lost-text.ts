import type { EditorView } from 'prosemirror-view';
import * as Y from 'yjs';
import { contentOf, metaOf } from '../../protocol/schema.ts';
import { moveCaretToRecoveredText } from '../editor/binding/recovery-caret.ts';
import { clearUndo } from '../editor/binding/undo.ts';
import type { Editor } from '../editor/editor.ts';
import type { OfflineCopy } from '../provider/offline/offline-copy.ts';
import { closedTabClients, markClientOpen } from '../provider/recovery/closed-tab-clients.ts';
import type { EdgepadProvider } from '../provider/provider.ts';
import { stoppedByPage } from '../provider/status.ts';
import { LostTextFinder } from '../provider/recovery/lost-text-finder.ts';
import { UnsavedChanges } from '../provider/recovery/unsaved-changes.ts';
import { forkOrigin } from '../provider/sync/repeated-structs.ts';
import { isMissing, isUnavailable } from './access-ended.ts';
import {
  createRecoveryPanel,
  showLostText,
  showStoppedText,
  showUnsavedChanges,
} from './recovery-panel.ts';
import { removeCopy } from './remove-copy.ts';
import { type CreateDocument, saveAsNewDocument } from './save-as-new.ts';

/** The document and the page that recovered and unsaved text belongs to. */
interface RecoveryTarget {
  /** The document's name. */
  readonly name: string;
  /** The base URL of the documents, without a slash at the end: `wss://host/docs`. */
  readonly url: string;
  /** Receives the dialogs and panels. */
  readonly overlays: HTMLElement;
}

export interface RecoveryOptions extends RecoveryTarget {
  /** The document's copy on this device. Without it, unsent changes are lost when the page closes. */
  readonly offline?: OfflineCopy;
  /** Loads the function that creates a document for unsaved text. Null where none may be created. */
  readonly loadCreateDocument?: () => Promise<CreateDocument | null>;
  /** Called when the service accepts no changes and no text needs to be recovered. */
  readonly onReadOnly?: () => void;
}

export interface StartRecoveryOptions extends RecoveryTarget {
  readonly doc: Y.Doc;
  /** The provider: the updates that it applies in the current transaction. */
  readonly source: { readonly incoming: readonly Uint8Array[] };
  /** Client ids that this browser has written with in tabs that are closed. */
  readonly clients: readonly number[];
  /** Null where unsaved text cannot be saved as a new document. */
  readonly createDocument: CreateDocument | null;
  /** The editor's view, while there is one. */
  viewOf(): EditorView | null;
  mayWrite(): boolean;
  /** Called once unsaved text is stored in a new document, before the page opens it. */
  onSavedAsNew?(): Promise<void>;
}

export interface Recovery {
  readonly unsaved: UnsavedChanges;
  /** Offers the unsent text, or with `all` the whole text. Shows nothing if that is empty. */
  offerUnsaved(which?: 'unsent' | 'all'): void;
  /** Offers the text that the stopped editor shows; without an editor, that of the document. */
  offerShown(): void;
  destroy(): void;
}

/** Starts the recovery of a live editor, and offers unsaved text as soon as the service refuses it. */
export async function recoverLostText(
  live: {
    readonly provider: EdgepadProvider;
    readonly editor: Editor | null;
    readonly isEditable: boolean;
  },
  { name, url, overlays, offline, loadCreateDocument, onReadOnly }: RecoveryOptions,
): Promise<Recovery> {
  const { provider } = live;
  const { doc } = provider;
  const recovery = startRecovery({
    doc,
    name,
    url,
    overlays,
    source: provider,
    clients: offline ? await closedTabClients(doc.clientID, (await offline.loaded).clients) : [],
    createDocument: await loadCreateDocument?.() ?? null,
    viewOf: () => live.editor?.view ?? null,
    mayWrite: () => live.isEditable,
    async onSavedAsNew() {
      if (offline && isUnavailable(provider.status)) await removeCopy(offline, 'all');
    },
  });
  const { unsaved } = recovery;
  const follow = () => {
    const { status, serviceStateVector } = provider;
    if (serviceStateVector) unsaved.markSaved(serviceStateVector);
    if (status.state === 'saved') unsaved.markSaved(Y.encodeStateVector(doc));
    if (status.state !== 'refused' && status.state !== 'read-only') return;
    if (status.state === 'refused' && status.code === stoppedByPage) recovery.offerShown();
    else if (unsaved.unsentText !== '') recovery.offerUnsaved();
    // The service has deleted the saved text as well: this page shows the only copy.
    else if (isMissing(status)) recovery.offerUnsaved('all');
    else onReadOnly?.();
  };
  provider.addEventListener('status', follow);
  follow();
  return recovery;
}

/**
 * Recovers text of this client that a concurrent deletion removed, and offers what cannot be put back.
 * The caller reports what the service has stored ({@link UnsavedChanges.markSaved}) and that it refuses
 * changes (`offerUnsaved`).
 */
export function startRecovery(
  { doc, name, url, source, clients, overlays, createDocument, viewOf, mayWrite, onSavedAsNew }:
    StartRecoveryOptions,
): Recovery {
  const panel = createRecoveryPanel();
  overlays.append(panel.element);
  const caret = moveCaretToRecoveredText(viewOf);
  const own = [doc.clientID, ...clients];
  const finder = new LostTextFinder({ doc, source, clients: own, mayWrite, ...caret });
  showLostText(panel, finder, (text) => viewOf()?.pasteText(text));
  const unsaved = new UnsavedChanges({ content: contentOf(doc), meta: metaOf(doc) }, own);
  const onTransaction = ({ origin, beforeState, afterState }: Y.Transaction) => {
    if (origin !== forkOrigin) return;
    const moved = [...afterState.keys()].filter((client) => !beforeState.has(client));
    for (const client of [doc.clientID, ...moved]) {
      finder.addClient(client);
      unsaved.addClient(client);
      markClientOpen(client);
    }
    // Its steps name structs by their old ids.
    const view = viewOf();
    if (view) clearUndo(view.state);
  };
  doc.on('afterTransaction', onTransaction);
  const saveAsNew = createDocument && (async () => {
    const address = await saveAsNewDocument(unsaved, url, createDocument);
    await onSavedAsNew?.();
    location.assign(address);
  });
  return {
    unsaved,
    offerUnsaved(which = 'unsent') {
      showUnsavedChanges(panel, unsaved, which, { fileName: name, saveAsNew });
    },
    offerShown() {
      const shown = viewOf()?.state.doc;
      const text = shown?.textBetween(0, shown.content.size, '\n', '\n') ?? unsaved.text;
      showStoppedText(panel, text, name);
    },
    destroy() {
      doc.off('afterTransaction', onTransaction);
      finder.destroy();
      panel.element.remove();
    },
  };
}
