/** Where Xero is: people sign in at one place, tokens are given at another, and books are at a third. */
export type XeroAddresses = { login: string; identity: string; api: string };

export const xeroAddresses: XeroAddresses = {
  login: 'https://login.xero.com/identity',
  identity: 'https://identity.xero.com',
  api: 'https://api.xero.com',
};

/** Another server that speaks Xero's language, for tests: a setting of the process and of no organization. */
export function xeroAt(url: URL | null): XeroAddresses {
  if (!url) return xeroAddresses;
  const base = url.toString().replace(/\/+$/, '');
  return { login: base, identity: base, api: base };
}
