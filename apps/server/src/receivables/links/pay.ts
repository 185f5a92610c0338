import * as billing from '../../billing/index.ts';
import { formsOf, missingFor, spacedIban } from '../../documents/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { reading } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import { Refusal } from '../../kit/refusal.ts';
import * as payments from '../../payments/index.ts';
import { taxDay } from '../../tax/index.ts';
import type { Shown, Standing } from './page.ts';

/** Items of a document that a page offers as UBL: what one answer writes. */
const mostInXml = 20_000;
/** How often a page that waits looks by itself: quickly at first, and not for ever. */
const quickLooks = 15;
const mostLooks = 75;
/** Payments of a company among which one is looked for that is under way. */
const looked = 20;

/** A link that was opened: in its context one sees what the company sees. */
export type Opened = { ctx: Ctx; invoiceId: Id; path: string; expiresAt: Date };

/** What the page of a link shows. @param looks how often it has looked by itself */
export async function shownOf({ ctx, invoiceId, path, expiresAt }: Opened, looks: number): Promise<Shown> {
  return reading(ctx, async (ctx) => {
    const invoice = await billing.getInvoice(ctx, invoiceId);
    const { document, currency, grossMicros, paidMicros, creditedMicros, kind } = invoice;
    const { language, seller, buyer, payment } = document;
    const forms = formsOf(language, currency);
    const money = (micros: bigint) => forms.amount(micros);
    const isOpen = kind === 'invoice' && invoice.state === 'open';
    const standing = await standingOf(ctx, invoice, path);
    const waits = (standing.kind === 'waiting' || standing.kind === 'begun') && looks < mostLooks;
    // Who waits for the provider's page is taken there; who comes back from it is not.
    const word = standing.kind === 'begun' ? 'look' : 'go';
    return {
      ...{ language, kind, number: invoice.number, seller, buyer, standing, path, sandbox: ctx.organization.sandbox },
      issued: forms.day(document.issuedOn),
      due: document.dueOn && forms.day(document.dueOn),
      overdue: isOpen && invoice.dueAt !== null && invoice.dueAt <= ctx.now,
      total: money(grossMicros),
      paid: paidMicros > 0n ? money(paidMicros) : null,
      credited: creditedMicros > 0n ? money(creditedMicros) : null,
      left: money(kind === 'invoice' ? billing.leftOf(invoice) : grossMicros),
      bank:
        isOpen && payment.iban
          ? {
              ...{
                holder: seller.legalName ?? seller.name,
                iban: spacedIban(payment.iban),
                bic: payment.bic,
                bank: payment.bank,
              },
              reference: payment.reference ?? invoice.number,
            }
          : null,
      hasUbl: invoice.items <= mostInXml && missingFor({ ...document, items: [] }).length === 0,
      goodUntil: forms.day(taxDay(ctx, expiresAt)),
      again: waits ? { seconds: looks < quickLooks ? 1 : 5, url: `${path}?${word}=${looks + 1}` } : null,
    };
  });
}

async function standingOf(ctx: Ctx, invoice: billing.Invoice, path: string): Promise<Standing> {
  if (invoice.kind === 'credit_note') return { kind: 'note' };
  if (invoice.state !== 'open') return { kind: invoice.state === 'paid' ? 'paid' : 'credited' };
  const [last, underWay] = await cardPaymentsOf(ctx, invoice);
  if (underWay?.state === 'action_needed' && underWay.actionUrl) {
    return { kind: 'begun', url: `${underWay.actionUrl}?back=${encodeURIComponent(path)}` };
  }
  if (underWay) return { kind: 'waiting', asking: underWay.state === 'created' };
  const [provider] = await payments.listProviders(ctx);
  const least = provider && payments.leastMinor(provider.kind, invoice.currency) * 1_000_000n;
  if (least === undefined || billing.leftOf(invoice) < least) return { kind: 'no_card' };
  return { kind: 'open', failed: last?.state === 'failed' };
}

/**
 * The newest card payment for this invoice, and the one that is under way. One that waits for its payer counts only where it is for this
 * invoice alone, and for what is left of it now: another one may never be paid.
 */
async function cardPaymentsOf(ctx: Ctx, invoice: billing.Invoice): Promise<(payments.Payment | undefined)[]> {
  const filter = { ownerId: invoice.ownerId, purpose: 'invoice' as const, method: 'card' as const };
  const found = await payments.listPayments(ctx, filter, { limit: looked });
  const about = found.filter(({ detail: { invoices = [] } }) => invoices.length === 0 || invoices.includes(invoice.id));
  const left = billing.leftOf(invoice);
  const underWay = about.find(({ state, detail, grossMicros }) => {
    if (state === 'action_needed') return detail.invoices?.length === 1 && grossMicros === left;
    return state === 'created' || state === 'pending';
  });
  return [about.find(({ detail }) => detail.invoices?.length === 1), underWay];
}

/**
 * Begins a card payment of all that is left, unless one is under way: a second press goes on with the first. Its provider is asked after this
 * has committed. @returns false: no card can be taken just now
 */
export async function begin({ ctx, invoiceId, path }: Opened, hands: payments.Hands): Promise<boolean> {
  const invoice = await billing.getInvoice(ctx, invoiceId);
  const standing = await standingOf(ctx, invoice, path);
  if (standing.kind !== 'open') return standing.kind !== 'no_card';
  try {
    const purchase = await hands.purchaseOf(ctx, { purpose: 'invoice', invoiceIds: [invoiceId] });
    await payments.startPayment(ctx, hands, purchase, { method: 'card', note: invoice.number });
    return true;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // Two tabs, or it was paid in between: the page says how it stands.
    return error.code === 'payment.unknown_outcome' || error.code === 'invoice.not_open';
  }
}
