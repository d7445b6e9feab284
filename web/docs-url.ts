/** Where documents are for a provider on this service's own pages. */
export function docsUrl(): string {
  return `${location.protocol === 'https:' ? 'wss:' : 'ws:'}//${location.host}/docs`;
}
