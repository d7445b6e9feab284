/** `edgepad/viewer/define`: registers only `<edgepad-viewer>`. */
import '../elements/edgepad-viewer-define.ts';
