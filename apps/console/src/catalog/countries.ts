import type { Network } from '../api/zones.ts';

const names = new Intl.DisplayNames(undefined, { type: 'region' });

/** `DE` → `Germany`, in the viewer's language. */
export function countryName(code: string): string {
  return names.of(code) ?? code;
}

/** `Vodafone 262 02, Germany`: as a person tells networks apart. */
export function networkInWords({ plmn, name, country }: Network): string {
  const code = `${plmn.slice(0, 3)} ${plmn.slice(3)}`;
  const where = country === null ? '' : `, ${countryName(country)}`;
  return name === plmn ? `${code}${where}` : `${name} ${code}${where}`;
}
