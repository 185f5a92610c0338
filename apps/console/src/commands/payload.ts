/** One message of single bytes (the Super SIM documentation). */
export const longestPayload = 160;

/** The characters of a text that one message of single bytes cannot hold, each once: what is not Latin-1, and control characters but line breaks. */
export function unsendable(text: string): string[] {
  return [...new Set(text)].filter((character) => !/^[\n\r\u0020-\u007e\u00a0-\u00ff]$/.test(character));
}

/** What keeps a text from being sent, in words; null when nothing does. An empty one is not wrong yet. */
export function payloadProblem(text: string): string | null {
  const wrong = unsendable(text);
  if (wrong.length > 0) {
    const shown = wrong.slice(0, 5).map(nameOf).join(' ');
    return `A text message cannot hold ${shown}${wrong.length > 5 ? ' and others' : ''}.`;
  }
  if (text.length > longestPayload)
    return `${text.length - longestPayload} too many: one message holds ${longestPayload}.`;
  return null;
}

function nameOf(character: string): string {
  if (character === '\t') return 'a tab';
  return /\p{C}/u.test(character)
    ? `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`
    : character;
}

/** Longest datagram, in bytes (the same documentation). */
export const longestDatagram = 1300;

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** How many bytes a payload stands for; null where it is no base64. */
export function bytesIn(payload: string, type: 'text' | 'binary'): number | null {
  if (type === 'text') return new TextEncoder().encode(payload).length;
  return base64.test(payload) ? atob(payload).length : null;
}

/** Bytes as the text that they are, where every one of them belongs to a character that can be read; null where not. */
export function readable(payload: string): string | null {
  try {
    const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return /[^\P{C}\n\r\t]/u.test(text) ? null : text;
  } catch {
    return null;
  }
}
