import { safeHref, safeImageSource } from '../../../protocol/safe-href.ts';
import type { ContentChanges } from '../../../content/content-changes.ts';
import { replaceWith } from './replace-with.ts';

/** Elements without text or structure. They are removed with everything inside. */
const noContent = 'script, style, template, noscript, head, title, meta, link, source, canvas, ' +
  'select, button, textarea, [hidden], ' +
  // The line break that browsers append when copying, and the images that Google Docs writes as the
  // boxes of a checklist.
  '.Apple-interchange-newline, img[aria-roledescription="checkbox"], ' +
  // The text of a formula for the eye, beside its MathML.
  '.katex-html, .mwe-math-fallback-image-inline, .mwe-math-fallback-image-display';

/** Drawings below this size, in pixels, are icons. */
const minDrawingSize = 48;

/** Removes what the schema does not have, and adds to `changes` what of it is content. */
export function dropElements(root: Element, changes: ContentChanges): void {
  for (const formula of root.querySelectorAll('math')) {
    if (formula.querySelector('mi, mn, mo, annotation')) replaceFormula(formula, changes);
    else formula.remove();
  }
  for (const media of root.querySelectorAll('iframe, object, embed, audio, video')) {
    changes.add('media', addressOf(media));
    media.remove();
  }
  for (const drawing of root.querySelectorAll('svg')) {
    if (isDrawing(drawing)) {
      changes.add('picture', drawing.querySelector('title')?.textContent ?? '');
    }
    drawing.remove();
  }
  for (const element of root.querySelectorAll(noContent)) element.remove();
  for (const element of root.querySelectorAll<HTMLElement>('[style*="display"]')) {
    if (element.style.display === 'none') element.remove();
  }
  for (const image of root.querySelectorAll('img')) {
    if (isTrackingPixel(image)) image.remove();
    else if (!hasSafeSource(image)) dropImage(image, changes);
  }
  for (const link of root.querySelectorAll('a[href]')) {
    const href = link.getAttribute('href') ?? '';
    const isLost = link.textContent?.trim() === ''
      ? link.querySelector('img') !== null
      : safeHref(href) === null;
    if (isLost) changes.add('link', href);
  }
}

/** Replaces a formula by its TeX source as code; by its text without one. */
function replaceFormula(formula: Element, changes: ContentChanges): void {
  const source = formula.querySelector('annotation[encoding*="tex" i]')?.textContent?.trim();
  const code = formula.ownerDocument.createElement('code');
  code.textContent = source || formula.getAttribute('alttext') || formula.textContent || '';
  if (code.textContent.trim() !== '') changes.add('formula', code.textContent);
  // Wikipedia hides the formula, and shows a picture of it.
  const hidden = formula.closest<HTMLElement>('.mwe-math-mathml-a11y') ?? formula;
  replaceWith(hidden, [code]);
}

function addressOf(media: Element): string {
  const source = media.querySelector('source[src]') ?? media;
  return source.getAttribute('src') ?? source.getAttribute('data') ?? '';
}

function isDrawing(drawing: SVGElement): boolean {
  if (drawing.getAttribute('aria-hidden') === 'true') return false;
  const [, , width] = drawing.getAttribute('viewBox')?.split(/[\s,]+/) ?? [];
  return Number.parseFloat(drawing.getAttribute('width') ?? width ?? '') >= minDrawingSize;
}

/** Whether an image is an invisible one, which reports each reader to its server. */
function isTrackingPixel(image: HTMLImageElement): boolean {
  const [width, height] = [image.getAttribute('width'), image.getAttribute('height')];
  return [width, height].some((size) => size !== null && Number.parseFloat(size) <= 2);
}

/** Whether an image has an allowed address, also where a page loads it only when it is visible. */
function hasSafeSource(image: HTMLImageElement): boolean {
  const later = [
    image.dataset.src,
    image.dataset.original,
    ...[image.getAttribute('srcset'), image.dataset.srcset].map((set) =>
      set?.trim().split(/[\s,]/, 1)[0]
    ),
  ];
  for (const address of [image.getAttribute('src'), ...later]) {
    if (!address || safeImageSource(address) === null) continue;
    image.setAttribute('src', address);
    return true;
  }
  return false;
}

/** Names an image by its address; one inside of the HTML, or in an e-mail, by its description. */
function dropImage(image: HTMLImageElement, changes: ContentChanges): void {
  const address = image.getAttribute('src') ?? '';
  const isLocal = /^\s*(data|blob|cid):/i.test(address);
  changes.add('picture', isLocal ? image.alt : address || image.alt);
  image.remove();
}
