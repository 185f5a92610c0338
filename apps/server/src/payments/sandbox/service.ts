import { type Ctx, contextFor, type Organization, type Runtime, systemActor } from '../../kit/ctx.ts';
import { atomically } from '../../kit/db.ts';
import type { Doors } from '../kinds.ts';
import { listProviders } from '../providers-sql.ts';
import { receiveNotice } from '../sender.ts';
import { isKept, type KeptCard, type KeptName, refusedCard, store as storeCard } from './cards.ts';
import { authenticate, type CardName, type Charge, type Outcome, present } from './model.ts';
import { noticeOfCard, sign, signatureHeader } from './notices.ts';
import * as store from './sql.ts';
import { tellOf } from './telling.ts';

/** The charge of a page; null: there is none. */
export async function chargeOfPage(ctx: Ctx, token: string): Promise<Charge | null> {
  return atomically(ctx, (ctx) => store.lockByToken(ctx, token));
}

/** What a payer does on the page. */
export type Deed = { kind: 'card'; card: CardName } | { kind: 'confirm' | 'refuse' | 'cancel' };

/** Does what a payer does on the page. Whatever is not its turn changes nothing: two tabs, a second click. */
export async function act(ctx: Ctx, token: string, deed: Deed): Promise<Charge | null> {
  return atomically(ctx, async (ctx) => {
    const charge = await store.lockByToken(ctx, token);
    if (!charge) return null;
    const outcome = outcomeOf(charge, deed);
    if (!outcome) return charge;
    const { tells, ...changes } = outcome;
    const now = { ...charge, ...changes };
    await store.saveCharge(ctx, now);
    await tellOf(ctx, now, tells);
    return now;
  });
}

function outcomeOf(charge: Charge, deed: Deed): Outcome | null {
  switch (deed.kind) {
    case 'card':
      return present(charge, deed.card);
    case 'confirm':
    case 'refuse':
      return authenticate(charge, deed.kind === 'confirm');
    case 'cancel': {
      const waits = charge.state === 'open' || charge.state === 'authenticating';
      const { card, declines, failureCode } = charge;
      return waits ? { state: 'canceled', card, declines, failureCode, tells: [0] } : null;
    }
  }
}

/** The card of a page; null: there is none. */
export async function cardOfPage(ctx: Ctx, token: string): Promise<KeptCard | null> {
  return atomically(ctx, (ctx) => store.lockCard(ctx, { token }));
}

/** What a holder does on the page where a card is stored. */
export type CardDeed = KeptName | typeof refusedCard | 'cancel';

export function readCardDeed(form: URLSearchParams): CardDeed | null {
  const keep = form.get('keep') ?? '';
  if (isKept(keep) || keep === refusedCard) return keep;
  return form.get('answer') === 'cancel' ? 'cancel' : null;
}

/** Does what a holder does on that page, once, and has the webhook told of it. */
export async function actOnCard(ctx: Ctx, token: string, deed: CardDeed): Promise<KeptCard | null> {
  return atomically(ctx, async (ctx) => {
    const kept = await store.lockCard(ctx, { token });
    if (kept?.state !== 'open') return kept;
    const now = deed === 'cancel' ? { ...kept, state: 'canceled' as const } : storeCard(kept, deed, ctx.now)!;
    await store.saveCard(ctx, now);
    await store.addNotices(ctx, noticeOfCard(now), [ctx.now]);
    return now;
  });
}

/** Notices of one turn. */
const atOnce = 100;

/** Tells what is due, signed, by the door that every provider's webhook comes through. Returns how many it told. */
export async function tellNotices(runtime: Runtime, organization: Organization, doors: Doors): Promise<number> {
  const fresh = () => contextFor(runtime, organization, systemActor('sandbox payments'));
  const [due, providers] = await atomically(fresh(), async (ctx) => [
    await store.takeNotices(ctx, atOnce),
    new Map((await listProviders(ctx)).map((provider) => [provider.id, provider])),
  ]);
  for (const { providerId, payload } of due) {
    const provider = providers.get(providerId);
    if (!provider) continue;
    const headers = { [signatureHeader]: sign(provider.secrets.signing, payload) };
    await receiveNotice(fresh(), doors, providerId, headers, payload);
  }
  return due.length;
}
