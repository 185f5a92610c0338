/** What was asked for a moment ago: when the provider's page for it is known, one goes there, once and in this tab. */
const asked = new Set<string>();

export function goOnWith(id: string): void {
  asked.add(id);
}

/** Goes to the provider's page of what was asked for here a moment ago; of anything else the screen offers it. @param here where one comes back to */
export function goOnward(id: string, url: string | null, here: string): void {
  if (url && asked.delete(id)) window.location.assign(withWayBack(url, here));
}

/** The provider's page, told where one comes from: it leads back there when it is over. */
export function withWayBack(url: string, here: string): string {
  const page = new URL(url, window.location.href);
  page.searchParams.set('back', `/my/${here}`);
  return page.href;
}
