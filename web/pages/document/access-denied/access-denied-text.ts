import { CloseCode } from '../../../../protocol/close-codes.ts';

interface AccessDenied {
  /** The close code and reason of the service. */
  readonly code: number;
  readonly reason: string;
  /** Whether the address contains a credential. */
  readonly hasCredential: boolean;
  /** Whether the page shows the text. */
  readonly hasText: boolean;
  /** Whether the read-only page opens with the same credential. */
  readonly isReadable: boolean;
}

interface AccessDeniedText {
  readonly heading: string;
  readonly text: string;
}

/** Explains why the person cannot edit, or can no longer edit, and the next step. */
export function accessDeniedText(denied: AccessDenied): AccessDeniedText {
  const { code, hasText, isReadable } = denied;
  const reason = asSentence(denied.reason);
  const remains = hasText ? 'This page still has the text below.' : '';
  if (isReadable) {
    return notice(
      'You can read this document, but not edit it',
      'The read-only page shows the current version and follows changes.',
      hasText ? 'The text below is from before your access changed.' : '',
    );
  }
  switch (code) {
    case CloseCode.unauthenticated:
      return unauthenticated(denied, remains);
    case CloseCode.forbidden:
      return notice(
        'You no longer have access to this document',
        reason || 'Ask the person who shared it with you for another link.',
        remains,
      );
    case CloseCode.deleted:
    case CloseCode.notFound:
      return hasText
        ? notice(
          'This document is no longer available',
          reason,
          'This page still has the text below. Copy what you need.',
        )
        : notice(
          'No document found at this link',
          'The document was deleted, or the link was revoked or is incomplete.',
          'Ask the person who sent you the link.',
        );
    default:
      return notice(
        hasText ? 'You can no longer edit this document' : 'Cannot open this document',
        reason || `The service answered with code ${code}.`,
        hasText ? 'Copy the text below if you need it.' : '',
      );
  }
}

function unauthenticated(
  { reason, hasCredential }: AccessDenied,
  remains: string,
): AccessDeniedText {
  if (!hasCredential) {
    return notice(
      'You need the complete link to open this document',
      'The end of the link, which gives you access, is missing.',
      'Open the complete link that you received.',
      remains,
    );
  }
  return notice(
    'Your access has ended',
    'Go back to where you found the link, and open the document again.',
    // In brackets: it is for the developer of the site that signs the tokens.
    reason && `(${reason})`,
    remains,
  );
}

function notice(heading: string, ...sentences: string[]): AccessDeniedText {
  return { heading, text: sentences.filter((sentence) => sentence !== '').join(' ') };
}

/** Ends with one full stop; empty for an empty reason. */
function asSentence(reason: string): string {
  return reason.replace(/[.\s]*$/, reason.trim() === '' ? '' : '.');
}
