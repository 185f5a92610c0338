/** What breaks a law: which one, what, and how. */
export type Breach = { law: string; id: string; kept: string; found: string };

export function breach(law: string, id: string, kept: unknown, found: unknown): Breach {
  return { law, id, kept: String(kept), found: String(found) };
}
