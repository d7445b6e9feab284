/** What the file picker offers. */
const types = '.md,.markdown,.html,.htm,.txt,text/markdown,text/html,text/plain';

/**
 * Asks for a file to import. Call it straight from the handler of a press: browsers open the picker
 * only then, and loading the importer first might take too long.
 */
export function chooseFile(onFile: (file: File) => void): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = types;
  input.addEventListener('change', () => {
    const [file] = input.files ?? [];
    if (file) onFile(file);
  });
  input.click();
}
