import { type Trace, writeTrace } from '../debug-log.ts';
import { isHttpOrigin } from '../http/url.ts';
import { createTokenVerifier, type VerifyToken } from './token.ts';
import { parseTokenSecrets } from './token-secrets.ts';

/** The settings of a deployment about access. The defaults grant no access. */
export interface AccessSettings {
  /** Open mode: whether requests from this machine may edit every document. */
  readonly open: boolean;
  /** Null if no secret is set: then no token is valid. */
  readonly verifyToken: VerifyToken | null;
  /** Who may create documents. */
  readonly creation: 'anyone' | 'token' | 'off';
  /** Whether the operator has set token secrets or EDGEPAD_CREATION; else pages explain both. */
  readonly isConfigured: boolean;
  /** The origins whose pages may connect, and may embed any document. */
  readonly origins: ReadonlySet<string>;
  /** The URL of the service, without a slash at the end; null to use the URL of each request. */
  readonly publicUrl: string | null;
  /** Writes the story of each connection to the log; null unless EDGEPAD_LOG is `debug`. */
  readonly trace: Trace | null;
}

/** The environment variables; docs/ACCESS.md explains each. */
export interface AccessEnvironment {
  readonly EDGEPAD_OPEN?: string;
  readonly EDGEPAD_TOKEN_SECRETS?: string;
  readonly EDGEPAD_CREATION?: string;
  readonly EDGEPAD_ORIGINS?: string;
  readonly EDGEPAD_PUBLIC_URL?: string;
  readonly EDGEPAD_LOG?: string;
}

/** Parses the settings. Throws a TypeError for an invalid one, so that no mistake grants access. */
export function readSettings(environment: AccessEnvironment): AccessSettings {
  const secrets = parseTokenSecrets(environment.EDGEPAD_TOKEN_SECRETS);
  const creation = environment.EDGEPAD_CREATION || 'token';
  if (creation !== 'anyone' && creation !== 'token' && creation !== 'off') {
    throw new TypeError('Cannot read EDGEPAD_CREATION: it must be "anyone", "token" or "off"');
  }
  const log = environment.EDGEPAD_LOG || 'info';
  if (log !== 'info' && log !== 'debug') {
    throw new TypeError('Cannot read EDGEPAD_LOG: it must be "info" or "debug"');
  }
  return {
    open: environment.EDGEPAD_OPEN === 'loopback',
    verifyToken: secrets.length > 0 ? createTokenVerifier(secrets) : null,
    creation,
    isConfigured: secrets.length > 0 || !!environment.EDGEPAD_CREATION,
    origins: new Set(
      (environment.EDGEPAD_ORIGINS ?? '').split(/[\s,]+/).filter(Boolean).map(requireOrigin),
    ),
    publicUrl: environment.EDGEPAD_PUBLIC_URL
      ? requirePublicUrl(environment.EDGEPAD_PUBLIC_URL)
      : null,
    trace: log === 'debug' ? writeTrace : null,
  };
}

/** The pages, their scripts and the service worker have fixed paths, so a path is rejected. */
function requirePublicUrl(text: string): string {
  const origin = text.replace(/\/$/, '');
  if (/^https?:\/\/[^/]+\/./.test(text)) {
    throw new TypeError(
      `Cannot read EDGEPAD_PUBLIC_URL "${text}": the service cannot run under a path. ` +
        'Give it an origin of its own, such as https://pad.example',
    );
  }
  try {
    return requireOrigin(origin);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new TypeError(`Cannot read EDGEPAD_PUBLIC_URL: ${error.message}`);
  }
}

function requireOrigin(text: string): string {
  // The origin of files and of sandboxed iframes. It is allowed if the operator lists it.
  if (text === 'null') return text;
  // Excludes characters with a meaning in a content security policy: `*` and `;` are valid in hosts.
  if (/^https?:\/\/[\w.:[\]-]+$/.test(text) && isHttpOrigin(text)) return text;
  throw new TypeError(`Cannot read origin "${text}": write it as https://site.example:8443`);
}
