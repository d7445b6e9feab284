import type { ParentWindow } from '../../embed/parent-window.ts';
import { describeStatus } from '../../live-editor/describe-status.ts';
import type { EdgepadProvider } from '../../provider/provider.ts';

/** The shortest time between two `change` messages, in milliseconds. */
const changeInterval = 250;

/** Sends the parent `change`, `status` and `saved` messages, never the text of the document. */
export function reportChanges(
  provider: EdgepadProvider,
  parentWindow: ParentWindow,
  title: () => string,
): void {
  let isPending = false;
  provider.doc.on('update', () => {
    // The updates of the first sync are the document itself.
    if (isPending || !provider.synced) return;
    isPending = true;
    setTimeout(() => {
      isPending = false;
      parentWindow.send({ type: 'change', title: title() });
    }, changeInterval);
  });
  let hasUnsaved = false;
  const report = () => {
    const { status } = provider;
    parentWindow.send({ type: 'status', state: status.state, text: describeStatus(status).text });
    hasUnsaved ||= status.state === 'saving' || (status.state === 'offline' && status.unsent > 0);
    if (status.state !== 'saved' || !hasUnsaved) return;
    hasUnsaved = false;
    parentWindow.send({ type: 'saved' });
  };
  provider.addEventListener('status', report);
  report();
}
