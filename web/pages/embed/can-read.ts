import { authorization } from '../../credential.ts';

/** Whether a proof that does not let anybody write lets them read. */
export async function canRead(name: string, proof: string | null): Promise<boolean> {
  try {
    const path = `/docs/${encodeURIComponent(name)}.txt`;
    const headers = authorization(proof);
    return (await fetch(path, { method: 'HEAD', headers, cache: 'no-store' })).ok;
  } catch (error) {
    // Out of reach just now.
    if (!(error instanceof TypeError)) throw error;
    return false;
  }
}
