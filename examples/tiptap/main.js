// Tiptap on a document of the service, by y-websocket's own provider, unchanged.
import { Editor } from '@tiptap/core';
import { Collaboration } from '@tiptap/extension-collaboration';
import { CollaborationCaret } from '@tiptap/extension-collaboration-caret';
import StarterKit from '@tiptap/starter-kit';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';

const doc = new Y.Doc();
const provider = new WebsocketProvider(`${PAD.replace('http', 'ws')}/docs`, 'tiptap', doc);

provider.once('sync', () => {
  new Editor({
    element: document.querySelector('#editor'),
    extensions: [
      // Undo is the document's; a trailing node would be written into it by everybody who looks.
      StarterKit.configure({ undoRedo: false, trailingNode: false }),
      Collaboration.configure({ document: doc }),
      CollaborationCaret.configure({ provider, user: { name: 'Tiptap', color: '#8a3fb0' } }),
    ],
  });
});
provider.on('status', ({ status }) => {
  document.querySelector('#status').textContent = status;
});
