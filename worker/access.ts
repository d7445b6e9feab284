/**
 * From a request to a role, and whether a page may connect at all.
 *
 * Open mode gives everybody on this machine the role `edit`, and has two fences: the setting, which
 * only a development server has, and the request itself, which must come to a loopback name and
 * through no proxy. Everything else has no access.
 */
import type { Role } from '../protocol/messages.ts';

export interface AccessSettings {
  /** Whether any name opens as an editable document, to requests on this machine. */
  readonly open: boolean;
}

/** Carries a role from the Worker to a document, which nobody else can reach. */
const roleHeader = 'edgepad-role';

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

/** Of the one who connects, as `wrangler dev` writes it into each request. */
const loopbackAddress = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/i;

/** What this request may do; null for nothing. */
export function roleOf(request: Request, settings: AccessSettings): Role | null {
  return settings.open && isOnThisMachine(request) ? 'edit' : null;
}

/**
 * Whether a WebSocket may be opened from where the request comes from. Only a browser sends an
 * Origin; it must be this service's own, else any page could use its visitor's access.
 */
export function isOwnOrigin(request: Request): boolean {
  const origin = request.headers.get('origin');
  return origin === null || hostOf(origin) === hostOf(request.url);
}

/** The request a document gets to see: the upgrade, and what the access check found. */
export function admit(upgrade: Request, role: Role, subprotocol: string | null): Request {
  const headers = new Headers({ upgrade: 'websocket', [roleHeader]: role });
  if (subprotocol !== null) headers.set('sec-websocket-protocol', subprotocol);
  return new Request(upgrade.url, { headers });
}

/** The role that {@link admit} has written. */
export function admittedRole(upgrade: Request): Role {
  return upgrade.headers.get(roleHeader) as Role;
}

function isOnThisMachine(request: Request): boolean {
  if (forwardingHeaders.some((name) => request.headers.has(name))) return false;
  const address = request.headers.get('cf-connecting-ip');
  if (address !== null && !loopbackAddress.test(address)) return false;
  const names: (string | null)[] = [new URL(request.url).hostname];
  const host = request.headers.get('host');
  if (host !== null) names.push(hostnameOf(host));
  return names.every((name) => name !== null && loopbackNames.has(name));
}

function hostOf(url: string): string | null {
  return parse(url)?.host ?? null;
}

function hostnameOf(host: string): string | null {
  return parse(`http://${host}`)?.hostname ?? null;
}

function parse(url: string): URL | null {
  try {
    return new URL(url);
  } catch {
    return null;
  }
}
