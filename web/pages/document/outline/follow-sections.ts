import { sectionIn, withSection } from '../../../access/section-address.ts';
import type { Editor } from '../../../editor/editor.ts';
import { goToSection, sectionEvent } from '../../../editor/view/open-link.ts';
import { showToast } from '../dialog/notices.ts';

/**
 * Scrolls to the section in the address of the page, now and when it changes, and adds to the address
 * the sections that links lead to. The credential in the address stays.
 */
export function followSections({ view }: Editor): void {
  const follow = () => {
    const section = sectionIn(location.hash);
    if (section !== null && !view.isDestroyed) report(section, goToSection(view, section));
  };
  addEventListener('hashchange', follow);
  view.dom.addEventListener(sectionEvent, (event) => {
    if (!(event instanceof CustomEvent)) return;
    const { section, isFound } = event.detail as { section: string; isFound: boolean };
    report(section, isFound);
    if (!isFound) return;
    history.pushState(history.state, '', withSection(location.hash, section));
  });
  follow();
}

function report(section: string, isFound: boolean): void {
  if (!isFound) showToast(`This document has no section “${section}”.`, 'failed');
}
