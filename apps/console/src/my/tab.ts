/** Empty tabs that wait for the provider's page of something: a browser lets us open them only while a tap counts. */
const tabs = new Map<string, Window>();

export function keepTab(id: string, tab: Window | null): void {
  if (tab) tabs.set(id, tab);
}

/** Sends the tab to the provider's page, once; closes it where there will be none. */
export function sendTab(id: string, url: string | null): void {
  const tab = tabs.get(id);
  if (!tab) return;
  tabs.delete(id);
  if (url) tab.location.replace(url);
  else tab.close();
}
