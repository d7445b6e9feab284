import { authorization } from '../../credential.ts';

/** Whether a credential that does not let anybody write lets them read. */
export async function canRead(name: string, credential: string | null): Promise<boolean> {
  try {
    const path = `/docs/${encodeURIComponent(name)}.txt`;
    const headers = authorization(credential);
    return (await fetch(path, { method: 'HEAD', headers, cache: 'no-store' })).ok;
  } catch (error) {
    // Out of reach just now.
    if (!(error instanceof TypeError)) throw error;
    return false;
  }
}
