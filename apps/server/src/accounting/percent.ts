/** `"5.5"` is 55,000 parts of a million. @param percent a decimal with four decimals at most */
export function ppmOf(percent: string): number {
  const [whole, parts = ''] = percent.split('.');
  return Number(whole) * 10_000 + Number(parts.padEnd(4, '0'));
}

/** 55,000 parts of a million are `"5.5"`. */
export function percentOf(ppm: number): string {
  const parts = String(ppm % 10_000)
    .padStart(4, '0')
    .replace(/0+$/, '');
  return `${Math.floor(ppm / 10_000)}${parts && `.${parts}`}`;
}
