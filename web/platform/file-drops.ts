/**
 * Handles files that are dropped anywhere on the page, and that no other handler accepts. Without this
 * the browser leaves the page to show the file.
 */
export function handleFileDrops(onFiles: (files: readonly File[]) => void): void {
  // Browsers drop only where the drag before it was accepted.
  addEventListener('dragover', (event) => {
    if (hasFiles(event)) event.preventDefault();
  });
  addEventListener('drop', (event) => {
    if (!hasFiles(event) || event.defaultPrevented) return;
    event.preventDefault();
    onFiles([...event.dataTransfer?.files ?? []]);
  });
}

function hasFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes('Files') ?? false;
}
