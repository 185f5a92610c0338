const ofOurs = /^\/(?!(?:pay|api)\/)[A-Za-z0-9_-]+(?:\/[A-Za-z0-9_-]+)*(?:\?open=[A-Za-z0-9_]+)?$/;

/**
 * Where a payer goes when it is over: the page of ours that sent them (`?back=/my/payment/…`). A path on this host and no other
 * address, so that a link which somebody made up leads nobody away.
 *
 * @returns null: there is no way back, and the page may be closed
 */
export function readBack(query: unknown): string | null {
  const back = (query as { back?: unknown } | null)?.back;
  return typeof back === 'string' && back.length <= 200 && ofOurs.test(back) ? back : null;
}
