/** Downloads content that is in this page as a file. */
export function saveFile(name: string, content: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  // Some browsers read the content only after this task.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
