/** What a token says of the person it was signed for; a key says nothing. */
export interface TokenIdentity {
  readonly name?: string;
  readonly color?: string;
  /** Whether the site that signed it knows the person; else they are a guest. */
  readonly isKnown: boolean;
}

/**
 * Reads the payload of a token without verifying it, as only the service can: for showing a person
 * what the service will show of them anyway.
 */
export function identityIn(credential: string | null): TokenIdentity {
  const [, payload, signature] = credential?.split('.') ?? [];
  if (payload === undefined || signature === undefined) return { isKnown: false };
  try {
    const binary = atob(payload.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const { sub, name, color } = JSON.parse(new TextDecoder().decode(bytes));
    return {
      ...(typeof name === 'string' && name.trim() !== '' && { name: name.trim() }),
      ...(typeof color === 'string' && /^#[0-9a-f]{6}$/i.test(color) && { color }),
      isKnown: typeof sub === 'string' && sub !== '',
    };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof DOMException) return { isKnown: false };
    throw error;
  }
}
