/**
 * Open mode, which opens every document to everybody, has two fences: the setting, which only a
 * development server has, and the request itself, which must come to a loopback name and through no
 * proxy.
 */

import { parseUrl } from '../http/parse-url.ts';

/** Set by proxies and tunnels in front of a service: then loopback says nothing about who asks. */
const forwardingHeaders = [
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
  'x-forwarded-server',
  'x-client-ip',
  'x-real-ip',
  'true-client-ip',
  'cf-ray',
  'cdn-loop',
];

const loopbackNames: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

const loopbackAddress = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/i;

/** Whether somebody on this machine asks; `address` is that of the one who connects, where it is known. */
export function isOnThisMachine(request: Request, address: string | null): boolean {
  if (forwardingHeaders.some((name) => request.headers.has(name))) return false;
  if (address !== null && !loopbackAddress.test(address)) return false;
  const names: (string | null)[] = [new URL(request.url).hostname];
  const host = request.headers.get('host');
  if (host !== null) names.push(parseUrl(`http://${host}`)?.hostname ?? null);
  return names.every((name) => name !== null && loopbackNames.has(name));
}
