import { escapeHtml } from './html.ts';

/** Styles for saved and printed documents. Follows the color scheme of the reader. */
const style = `
:root { color-scheme: light dark; }
body { max-width: 44rem; margin: 3rem auto; padding: 0 1.25rem; line-height: 1.6;
  font-family: system-ui, sans-serif; overflow-wrap: break-word; }
p, li, h1, h2, h3, h4, h5, h6 { white-space: pre-wrap; }
h1, h2, h3, h4, h5, h6 { line-height: 1.25; text-wrap: balance; }
li { unicode-bidi: plaintext; }
.plain { margin: 0; }
blockquote { margin-inline: 0; padding-inline-start: 1rem; border-inline-start: 3px solid #8886; }
pre { padding: 0.75rem 1rem; border: 1px solid #8884; border-radius: 6px; white-space: pre-wrap; }
code { font-family: ui-monospace, monospace; font-size: 0.92em; }
img { display: block; max-width: 100%; height: auto; }
hr { border: 0; border-top: 1px solid #8886; margin: 2rem 0; }
.shell { list-style: none; }
.tasks { list-style: none; padding-inline-start: 1.6rem; }
.tasks input { margin-inline: -1.5rem 0.5rem; }
${
  [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `[data-indent="${n}"] { margin-inline-start: ${n * 2}rem; }`)
    .join('\n')
}
@media print { body { max-width: none; margin: 0; padding: 0; } }
`;

/**
 * Renders a complete HTML page without external resources, to save or print. `html` is the output of
 * `renderHtml` and is inserted as it is. The title is escaped.
 */
export function standaloneHtml({ title, language, html }: {
  readonly title: string;
  /** A BCP 47 tag; null if it is unknown. */
  readonly language: string | null;
  readonly html: string;
}): string {
  return `<!doctype html>
<html${language === null ? '' : ` lang="${escapeHtml(language)}"`}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
${html}
</body>
</html>
`;
}
