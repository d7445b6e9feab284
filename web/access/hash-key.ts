/**
 * SHA-256 of a key's text, base64url, as the service stores it. Null on a page that is served neither
 * over https nor from localhost: `crypto.subtle` is missing there.
 */
export async function hashKey(key: string): Promise<string | null> {
  // Typed as always present.
  const subtle = crypto.subtle as SubtleCrypto | undefined;
  if (!subtle) return null;
  const digest = await subtle.digest('SHA-256', new TextEncoder().encode(key));
  return btoa(String.fromCharCode(...new Uint8Array(digest)))
    .replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
