/** `edgepad/viewer/define`: registers `<edgepad-viewer>` alone. */
import '../elements/edgepad-viewer-define.ts';
