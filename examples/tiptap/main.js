// Tiptap on a document of the service, with y-websocket's provider.
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
      // Collaboration has its own undo. A trailing node would be written by each client that connects.
      StarterKit.configure({ undoRedo: false, trailingNode: false }),
      Collaboration.configure({ document: doc }),
      CollaborationCaret.configure({ provider, user: { name: 'Tiptap', color: '#8a3fb0' } }),
    ],
  });
});
provider.on('status', ({ status }) => {
  document.querySelector('#status').textContent = status;
});
