/** How long the button says what came of it, in milliseconds. */
const answeredFor = 2000;

/** Makes a button copy the address of this page, and say so in its own words. */
export function copyLinkButton(button: HTMLButtonElement, label: HTMLElement): void {
  const usual = label.textContent ?? '';
  let timer: ReturnType<typeof setTimeout> | undefined;
  button.addEventListener('click', async () => {
    clearTimeout(timer);
    label.textContent = await copy(location.href) ? 'Copied' : 'Copy it from the address bar';
    button.dataset.answered = '';
    timer = setTimeout(() => {
      label.textContent = usual;
      delete button.dataset.answered;
    }, answeredFor);
  });
}

async function copy(text: string): Promise<boolean> {
  // Absent on pages that are served neither over https nor from localhost.
  if (!navigator.clipboard) return false;
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch (error) {
    // The browser, or the site that embeds this page, does not allow it.
    if (error instanceof DOMException) return false;
    throw error;
  }
}
