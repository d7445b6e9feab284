/**
 * Open mode makes every document editable, so it has two guards: the setting, which only development
 * servers have, and the request, which must come from this machine and not through a proxy.
 */
import { parseUrl } from '../http/url.ts';

/** Headers of proxies and tunnels. Behind one, the connection has the address of the proxy. */
const forwardingHeaders = [
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
  'x-forwarded-server',
  'x-forwarded',
  'x-forwarded-by',
  'x-forwarded-client-cert',
  'x-forwarded-scheme',
  'x-forwarded-ssl',
  'x-original-forwarded-for',
  'x-original-host',
  'x-original-url',
  'x-proxyuser-ip',
  'x-remote-addr',
  'x-remote-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-envoy-external-address',
  'x-real-ip',
  'x-real-host',
  'x-azure-clientip',
  'x-azure-fdid',
  'x-amz-cf-id',
  'x-amzn-trace-id',
  'x-appengine-user-ip',
  'x-vercel-forwarded-for',
  'x-nf-client-connection-ip',
  'x-ngrok-agent-ips',
  'ngrok-trace-id',
  'client-ip',
  'fastly-client-ip',
  'fly-client-ip',
  'fly-forwarded-port',
  'true-client-ip',
  'do-connecting-ip',
  'cf-ray',
  'cdn-loop',
  'tailscale-user-login',
];

/** Names that other proxies would choose. Not CF-Connecting-IP, which `wrangler dev` sets. */
const forwardingName = /^x-.*(forward|client-?ip|remote-(addr|ip))|-client-ip$/;

function isForwarded({ headers }: Request): boolean {
  return forwardingHeaders.some((name) => headers.has(name)) ||
    [...headers.keys()].some((name) => forwardingName.test(name));
}

const loopbackNames: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

export function isLoopbackAddress(address: string): boolean {
  return /^(127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1|::ffff:127\.\d{1,3}\.\d{1,3}\.\d{1,3})$/i
    .test(address);
}

/** Whether a request comes from this machine. `address` is the client's, null where unknown. */
export function isLoopbackRequest(request: Request, address: string | null): boolean {
  if (isForwarded(request)) return false;
  if (address !== null && !isLoopbackAddress(address)) return false;
  // A page of another site could reach this machine under a name of its own (DNS rebinding).
  const names: (string | null)[] = [new URL(request.url).hostname];
  const host = request.headers.get('host');
  if (host !== null) names.push(parseUrl(`http://${host}`)?.hostname ?? null);
  return names.every((name) => name !== null && loopbackNames.has(name));
}
