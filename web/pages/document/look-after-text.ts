import type { EditorView } from 'prosemirror-view';
import type * as Y from 'yjs';
import { contentOf, metaOf } from '../../../protocol/schema.ts';
import { caretFollowsRescue } from '../../editor/rescue-caret.ts';
import { LostTextFinder } from '../../provider/lost-text.ts';
import { Rescue } from '../../provider/rescue.ts';
import { createRescueBar, showOffers, showRefusal } from './rescue.ts';
import { saveAsNewDocument } from './save-as-new.ts';

export { clientsLeftBehind } from '../../provider/own-clients.ts';

export interface TextToLookAfter {
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
}

/**
 * Sees to it that what was typed on this page is lost neither to a merge nor to a refusal. Answers
 * what the page has to tell: {@link Rescue.markSaved} whenever the service has everything, and
 * `refused` when it will take no more.
 */
export function lookAfterText(
  { doc, name, url, source, clients, viewOf, mayWrite }: TextToLookAfter,
): { readonly rescue: Rescue; refused(): void } {
  const bar = createRescueBar();
  document.body.append(bar.element);
  const caret = caretFollowsRescue(viewOf);
  const finder = new LostTextFinder({ doc, source, clients, mayWrite, ...caret });
  showOffers(bar, finder, (text) => viewOf()?.pasteText(text));
  const rescue = new Rescue({ content: contentOf(doc), meta: metaOf(doc) }, [
    doc.clientID,
    ...clients,
  ]);
  return {
    rescue,
    refused() {
      showRefusal(bar, rescue, {
        fileName: name,
        async saveAsNew() {
          location.assign(`/d/${encodeURIComponent(await saveAsNewDocument(rescue, url))}`);
        },
      });
    },
  };
}
