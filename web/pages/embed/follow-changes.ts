import type { ParentWindow } from '../../embed/parent-window.ts';
import type { EdgepadProvider } from '../../provider/provider.ts';
import { describeStatus } from '../../live-editor/describe-status.ts';

/** How often the site hears of changes, in milliseconds at least. */
const pause = 250;

/** Tells the site around the frame what becomes of the document: never its text. */
export function followChanges(
  provider: EdgepadProvider,
  site: ParentWindow,
  title: () => string,
): void {
  let isPending = false;
  provider.doc.on('update', () => {
    // What comes first is no change: it is the document.
    if (isPending || !provider.synced) return;
    isPending = true;
    setTimeout(() => {
      isPending = false;
      site.tell({ type: 'change', title: title() });
    }, pause);
  });
  let hasUnsaved = false;
  const follow = () => {
    const { status } = provider;
    site.tell({ type: 'status', state: status.state, text: describeStatus(status).text });
    hasUnsaved ||= status.state === 'saving' || (status.state === 'offline' && status.unsent > 0);
    if (status.state !== 'saved' || !hasUnsaved) return;
    hasUnsaved = false;
    site.tell({ type: 'saved' });
  };
  provider.addEventListener('status', follow);
  follow();
}
