import { parseUrl } from '../http/parse-url.ts';
import { createTokenVerifier, type VerifyToken } from './token.ts';
import { parseTokenSecrets } from './token-secrets.ts';

/** Who may make documents: anybody, who has a token for it, or nobody. */
export type Creation = 'anyone' | 'token' | 'off';

/** What whoever runs the service has decided about access. There is no default that opens anything. */
export interface AccessSettings {
  /** Whether any name opens as an editable document, to requests on this machine. */
  readonly open: boolean;
  /** Null where no secret is set: then no token is good. */
  readonly verifyToken: VerifyToken | null;
  readonly creation: Creation;
  /** Whether somebody has set anything; else pages say what to set. */
  readonly isSetUp: boolean;
  /** The sites whose pages may connect, and show any document in a frame: exact origins. */
  readonly origins: ReadonlySet<string>;
  /** Where people reach the service; null to believe each request. Without a slash at the end. */
  readonly publicUrl: string | null;
}

/** As the environment has it; README.md explains each. */
export interface AccessEnvironment {
  readonly EDGEPAD_OPEN?: string;
  readonly EDGEPAD_TOKEN_SECRETS?: string;
  readonly EDGEPAD_CREATION?: string;
  readonly EDGEPAD_ORIGINS?: string;
  readonly EDGEPAD_PUBLIC_URL?: string;
}

/** Throws TypeError for what cannot be meant: a service that guesses would be open or shut by mistake. */
export function readSettings(environment: AccessEnvironment): AccessSettings {
  const secrets = parseTokenSecrets(environment.EDGEPAD_TOKEN_SECRETS);
  const creation = environment.EDGEPAD_CREATION || 'token';
  if (creation !== 'anyone' && creation !== 'token' && creation !== 'off') {
    throw new TypeError('Cannot read EDGEPAD_CREATION: it is "anyone", "token" or "off"');
  }
  return {
    open: environment.EDGEPAD_OPEN === 'loopback',
    verifyToken: secrets.length > 0 ? createTokenVerifier(secrets) : null,
    creation,
    isSetUp: secrets.length > 0 || !!environment.EDGEPAD_CREATION,
    origins: new Set(
      (environment.EDGEPAD_ORIGINS ?? '').split(/[\s,]+/).filter(Boolean).map(requireOrigin),
    ),
    publicUrl: environment.EDGEPAD_PUBLIC_URL
      ? requireOrigin(environment.EDGEPAD_PUBLIC_URL.replace(/\/$/, ''))
      : null,
  };
}

function requireOrigin(text: string): string {
  // Pages in sandboxed frames and files have this one: all of them, so it has to be meant.
  if (text === 'null') return text;
  // A host may hold more than this; in a frame policy an asterisk would mean all that is there, and a
  // semicolon end it.
  const isExact = /^https?:\/\/[\w.:[\]-]+$/.test(text) && parseUrl(text)?.origin === text;
  if (isExact) return text;
  throw new TypeError(`Cannot read origin "${text}": write it as in https://site.example:8443`);
}
