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
