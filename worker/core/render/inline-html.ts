import { escapeHtml } from './escape.ts';
import { sameMark } from './marks.ts';
import type { Content, Mark } from './tree.ts';

const tags = { bold: 'strong', italic: 'em', underline: 'u', strike: 's', code: 'code', link: 'a' };

/** The text of a line as HTML. A mark that holds over several pieces is one element. */
export function inlineHtml(content: Content): string {
  let html = '';
  const open: Mark[] = [];
  const closeTo = (length: number) => {
    while (open.length > length) html += `</${tags[(open.pop() as Mark).type]}>`;
  };
  for (const inline of content) {
    const marks = inline.type === 'text' ? inline.marks : [];
    let shared = 0;
    for (; shared < open.length; shared++) {
      const [held, wanted] = [open[shared], marks[shared]];
      if (!held || !wanted || !sameMark(held, wanted)) break;
    }
    closeTo(shared);
    for (const mark of marks.slice(shared)) {
      html += startTag(mark);
      open.push(mark);
    }
    html += inline.type === 'text' ? escapeHtml(inline.text) : '<br>';
  }
  closeTo(0);
  return html;
}

/** Whoever wrote the link may be anybody: the page it leads to learns nothing and gains nothing. */
function startTag(mark: Mark): string {
  if (mark.type !== 'link') return `<${tags[mark.type]}>`;
  return `<a href="${escapeHtml(mark.href)}" rel="noopener noreferrer nofollow ugc">`;
}
