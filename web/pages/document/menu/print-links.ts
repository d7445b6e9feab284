/**
 * In print the address of a link follows its text. Removes it for links whose text is the address, each
 * time before the page is printed.
 */
export function printAddressesOnce(): void {
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets.push(sheet);
  addEventListener('beforeprint', () => {
    const links = [...document.querySelectorAll('.ProseMirror a[href]')];
    const addresses = links.map((link) => link.getAttribute('href') ?? '')
      .filter((address, i) => address === links[i]?.textContent?.trim());
    const rules = [...new Set(addresses)].map((address) =>
      `.ProseMirror a[href="${CSS.escape(address)}"]::after { content: none; }`
    );
    sheet.replaceSync(rules.join('\n'));
  });
}
