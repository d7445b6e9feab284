// The elements in React 19: props set properties and attributes, `onNAME` props listen to events.
import 'edgepad/elements/define';
import { useState } from 'react';
import { createRoot } from 'react-dom/client';

function App() {
  const [status, setStatus] = useState('connecting');
  const [isReading, setReading] = useState(false);
  return (
    <>
      <p>
        <output id='status'>{status}</output>{' '}
        <button type='button' onClick={() => setReading(!isReading)}>
          {isReading ? 'Write' : 'Read'}
        </button>
      </p>
      {isReading ? <edgepad-viewer server={PAD} doc='react' /> : (
        <edgepad-editor
          server={PAD}
          doc='react'
          user={{ name: 'React', color: '#b4371f' }}
          onstatuschange={({ target }) => setStatus(target.status.state)}
        />
      )}
    </>
  );
}

createRoot(document.querySelector('#editor')).render(<App />);
