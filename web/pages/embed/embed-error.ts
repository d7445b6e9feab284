import { CloseCode } from '../../../protocol/close-codes.ts';
import { type ProviderStatus, stoppedByPage } from '../../provider/status.ts';
import { accessDeniedText } from '../document/access-denied/access-denied-text.ts';

export interface EmbedError {
  /** Stable, for the parent. */
  readonly code: string;
  /** The heading and the message are for the visitor. */
  readonly heading: string;
  readonly message: string;
}

/** What an embed reports, and shows, when the service refuses it. */
export function embedError(
  { code, reason }: ProviderStatus & { readonly state: 'refused' },
  { hasCredential, hasText }: { readonly hasCredential: boolean; readonly hasText: boolean },
): EmbedError {
  const { heading, text } = accessDeniedText({
    code,
    reason,
    hasCredential,
    hasText,
    isReadable: false,
  });
  return { code: errorCode(code), heading, message: text };
}

function errorCode(closeCode: number): string {
  switch (closeCode) {
    case CloseCode.unauthenticated:
      return 'unauthenticated';
    case CloseCode.forbidden:
      return 'forbidden';
    case CloseCode.notFound:
    case CloseCode.deleted:
      return 'not-found';
    case stoppedByPage:
      return 'editor-error';
    default:
      return `closed-${closeCode}`;
  }
}
