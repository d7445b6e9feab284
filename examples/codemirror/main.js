// CodeMirror on a document of the service, with y-websocket's provider.
import { basicSetup, EditorView } from 'codemirror';
import { yCollab } from 'y-codemirror.next';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';

const doc = new Y.Doc();
const provider = new WebsocketProvider(`${PAD.replace('http', 'ws')}/docs`, 'codemirror', doc);
provider.awareness.setLocalStateField('user', { name: 'CodeMirror', color: '#1769aa' });
// The read-only page at /v/codemirror shows a text of this name.
const text = doc.getText('content');

provider.once('sync', () => {
  new EditorView({
    doc: text.toString(),
    extensions: [basicSetup, EditorView.lineWrapping, yCollab(text, provider.awareness)],
    parent: document.querySelector('#editor'),
  });
});
provider.on('status', ({ status }) => {
  document.querySelector('#status').textContent = status;
});
