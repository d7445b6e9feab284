/**
 * The `detail` of a problem document (RFC 9457), or null where the response is none: a proxy or a
 * captive portal answers with pages of its own, under any status.
 */
export async function problemDetail(response: Response): Promise<string | null> {
  if (!response.headers.get('content-type')?.includes('problem+json')) return null;
  const problem = await response.json().catch(() => null) as { detail?: unknown } | null;
  return typeof problem?.detail === 'string' ? problem.detail : '';
}
