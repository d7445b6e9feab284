/** `edgepad/elements/define`: registers `<edgepad-editor>` and `<edgepad-viewer>`. */
import '../elements/edgepad-editor-define.ts';
import '../elements/edgepad-viewer-define.ts';
