import { randomBytes } from 'node:crypto';
import Stripe from 'stripe';
import { testCards } from './cards.ts';
import { type Form, textOf, wordsOf } from './form.ts';

/** What Stripe says no with. */
export class Refused extends Error {
  readonly status: number;
  readonly error: Record<string, unknown>;
  constructor(status: number, error: Record<string, unknown>) {
    super(String(error.message));
    this.status = status;
    this.error = error;
  }
}

export type Customer = Pick<Stripe.Customer, 'id' | 'object' | 'metadata' | 'livemode'> & { name: string | null };
export type Method = Pick<Stripe.PaymentMethod, 'id' | 'object' | 'type' | 'customer' | 'metadata' | 'livemode'> & {
  card: Pick<Stripe.PaymentMethod.Card, 'brand' | 'last4' | 'exp_month' | 'exp_year'>;
};
export type Intent = Pick<
  Stripe.PaymentIntent,
  | 'id'
  | 'object'
  | 'amount'
  | 'amount_received'
  | 'currency'
  | 'status'
  | 'client_secret'
  | 'customer'
  | 'metadata'
  | 'created'
  | 'livemode'
> & { payment_method: string | null; last_payment_error: Record<string, unknown> | null; refunded: number };
export type Setup = Pick<
  Stripe.SetupIntent,
  'id' | 'object' | 'status' | 'client_secret' | 'customer' | 'metadata' | 'created' | 'livemode' | 'usage'
> & { payment_method: string | null };
export type RefundRow = Pick<
  Stripe.Refund,
  'id' | 'object' | 'amount' | 'currency' | 'status' | 'payment_intent' | 'metadata' | 'created'
>;
export type DisputeRow = Pick<
  Stripe.Dispute,
  'id' | 'object' | 'amount' | 'currency' | 'status' | 'reason' | 'payment_intent' | 'created' | 'livemode' | 'metadata'
> & {
  balance_transactions: { amount: number; fee: number; net: number; currency: string }[];
  evidence_details: { due_by: number | null; has_evidence: boolean; past_due: boolean; submission_count: number };
};

const id = (prefix: string) => `${prefix}_${randomBytes(12).toString('hex')}`;
const now = () => Math.floor(Date.now() / 1000);
const invalid = (message: string, more: object = {}) =>
  new Refused(400, { type: 'invalid_request_error', message, ...more });
const missing = (what: string, name: string) =>
  invalid(`No such ${what}: '${name}'`, { code: 'resource_missing', param: what });

/** What Stripe remembers and how it goes on, as its documentation has it: as far as payments, cards, refunds and disputes need it. */
export function openBooks(tell: (type: string, object: object) => void) {
  const customers = new Map<string, Customer>();
  const methods = new Map<string, Method>();
  const intents = new Map<string, Intent>();
  const setups = new Map<string, Setup>();
  const refunds = new Map<string, RefundRow>();
  const disputes = new Map<string, DisputeRow>();
  /** Which test card a stored method is of. */
  /** Banks take their time. */
  let slow = false;
  const conducts = new Map<string, string>();

  const found = <T>(map: Map<string, T>, what: string, name: string | undefined): T => {
    const thing = map.get(name ?? '');
    if (!thing) throw missing(what, name ?? '');
    return thing;
  };
  const conductOf = (method: string) => testCards[method] ?? testCards[conducts.get(method) ?? ''];

  function newMethod(of: string, customer: string | null): Method {
    const { brand, last4 } = testCards[of]!;
    const card = { brand, last4, exp_month: 8, exp_year: 2034 };
    const method: Method = {
      ...{ id: id('pm'), object: 'payment_method', type: 'card', customer, metadata: {}, livemode: false, card },
    };
    methods.set(method.id, method);
    conducts.set(method.id, of);
    return method;
  }

  /** A card that is used as it comes, or one that is stored. */
  function methodFor(name: string, customer: string | null): Method {
    if (testCards[name]) return newMethod(name, null);
    const method = found(methods, 'payment_method', name);
    if (method.customer !== null && method.customer !== customer) {
      throw invalid('The customer does not have a payment method with this ID.', { param: 'payment_method' });
    }
    return method;
  }

  function declined(intent: Intent, error: Record<string, unknown>, method: string): Refused {
    Object.assign(intent, { status: 'requires_payment_method', payment_method: null });
    intent.last_payment_error = { type: 'card_error', ...error, payment_method: { ...methods.get(method) } };
    tell('payment_intent.payment_failed', intent);
    return new Refused(402, { type: 'card_error', ...error, payment_intent: { ...intent } });
  }

  function succeed(intent: Intent): void {
    Object.assign(intent, { status: 'succeeded', amount_received: intent.amount, last_payment_error: null });
    tell('payment_intent.succeeded', intent);
    if (conductOf(intent.payment_method!)?.disputed) openDispute(intent.id);
  }

  function confirm(intent: Intent, form: Form): Intent {
    if (intent.status !== 'requires_payment_method' && intent.status !== 'requires_confirmation') {
      throw unexpected(intent);
    }
    const name = textOf(form, 'payment_method') ?? intent.payment_method;
    if (!name) throw invalid('You cannot confirm this PaymentIntent because it is missing a payment method.');
    const offSession = textOf(form, 'off_session') === 'true';
    const method = methodFor(name, intent.customer as string | null);
    const conduct = conductOf(method.id)!;
    intent.payment_method = method.id;
    if (conduct.declined) throw declined(intent, conduct.declined as Record<string, unknown>, method.id);
    if (conduct.authenticates && offSession) {
      const message = 'Your card was declined. This transaction requires authentication.';
      throw declined(
        intent,
        { code: 'authentication_required', decline_code: 'authentication_required', message },
        method.id,
      );
    }
    if (conduct.authenticates) {
      intent.status = 'requires_action';
      tell('payment_intent.requires_action', intent);
    } else succeed(intent);
    return intent;
  }

  const unexpected = (intent: Intent | Setup) =>
    invalid(`This ${intent.object} has a status of ${intent.status}.`, {
      code: `${intent.object}_unexpected_state`,
      [intent.object]: { ...intent },
    });

  function openDispute(paymentIntent: string): DisputeRow {
    const { amount, currency } = found(intents, 'payment_intent', paymentIntent);
    const dispute: DisputeRow = {
      ...{ id: id('du'), object: 'dispute', amount, currency, status: 'needs_response', reason: 'fraudulent' },
      ...{ payment_intent: paymentIntent, created: now(), livemode: false, metadata: {}, balance_transactions: [] },
      evidence_details: { due_by: now() + 7 * 86_400, has_evidence: false, past_due: false, submission_count: 0 },
    };
    disputes.set(dispute.id, dispute);
    tell('charge.dispute.created', dispute);
    dispute.balance_transactions.push({ amount: -amount, fee: 2000, net: -amount - 2000, currency });
    tell('charge.dispute.funds_withdrawn', dispute);
    return dispute;
  }

  function page<T extends { id: string; created: number }>(all: T[], form: Form) {
    const { gte, lte } = wordsOf(form, 'created');
    const fitting = all
      .filter(({ created }) => created >= Number(gte ?? 0) && created <= Number(lte ?? 1e12))
      .reverse();
    const from = fitting.findIndex((one) => one.id === textOf(form, 'starting_after')) + 1;
    const limit = Number(textOf(form, 'limit') ?? 10);
    const data = fitting.slice(from, from + limit);
    return { object: 'list', url: '', data, has_more: from + limit < fitting.length };
  }

  return {
    ...{ customers, methods, intents, setups, refunds, disputes, openDispute },
    account: () => ({ id: 'acct_1Simwright', object: 'account' }),

    createCustomer(form: Form): Customer {
      const customer: Customer = {
        ...{ id: id('cus'), object: 'customer', livemode: false },
        ...{ name: textOf(form, 'name') ?? null, metadata: wordsOf(form, 'metadata') },
      };
      customers.set(customer.id, customer);
      return customer;
    },
    updateCustomer(name: string, form: Form): Customer {
      return Object.assign(found(customers, 'customer', name), { name: textOf(form, 'name') ?? null });
    },

    createSetup(form: Form): Setup {
      const setup: Setup = {
        ...{ id: id('seti'), object: 'setup_intent', status: 'requires_payment_method', livemode: false },
        ...{ customer: found(customers, 'customer', textOf(form, 'customer')).id, payment_method: null },
        ...{ usage: 'off_session', metadata: wordsOf(form, 'metadata'), created: now(), client_secret: '' },
      };
      setup.client_secret = `${setup.id}_secret_${randomBytes(8).toString('hex')}`;
      setups.set(setup.id, setup);
      return setup;
    },
    setup(name: string, form: Form) {
      const setup = found(setups, 'setup_intent', name);
      const whole = ((form.expand ?? []) as string[]).includes('payment_method') && setup.payment_method;
      return whole ? { ...setup, payment_method: methods.get(whole) } : setup;
    },
    /** What Stripe.js does for a holder. */
    confirmSetup(name: string, form: Form): Setup {
      const setup = found(setups, 'setup_intent', name);
      if (setup.status !== 'requires_payment_method') throw unexpected(setup);
      const of = textOf(form, 'payment_method')!;
      const conduct = testCards[of];
      if (!conduct) throw missing('payment_method', of);
      if (conduct.declined && !conduct.storable) {
        throw new Refused(402, { type: 'card_error', ...conduct.declined, setup_intent: { ...setup } });
      }
      setup.payment_method = newMethod(of, setup.customer as string).id;
      setup.status = 'succeeded';
      tell('setup_intent.succeeded', setup);
      return setup;
    },
    cancelSetup(name: string): Setup {
      const setup = found(setups, 'setup_intent', name);
      if (setup.status === 'succeeded' || setup.status === 'canceled') throw unexpected(setup);
      setup.status = 'canceled';
      tell('setup_intent.canceled', setup);
      return setup;
    },
    updateMethod(name: string, form: Form): Method {
      const method = found(methods, 'payment_method', name);
      method.metadata = { ...method.metadata, ...wordsOf(form, 'metadata') };
      return method;
    },
    detach(name: string): Method {
      const method = found(methods, 'payment_method', name);
      if (method.customer === null) throw invalid('The payment method you provided is not attached to a customer.');
      method.customer = null;
      tell('payment_method.detached', method);
      return method;
    },

    createIntent(form: Form): Intent {
      const [amount, currency] = [Number(textOf(form, 'amount')), textOf(form, 'currency') ?? ''];
      if (!Number.isInteger(amount) || amount < 1) throw invalid('Invalid positive integer', { param: 'amount' });
      if (amount < 50) {
        throw invalid('Amount must be at least €0.50 eur', { code: 'amount_too_small', param: 'amount' });
      }
      const customer = textOf(form, 'customer');
      const intent: Intent = {
        ...{
          id: id('pi'),
          object: 'payment_intent',
          amount,
          amount_received: 0,
          currency,
          livemode: false,
          refunded: 0,
        },
        ...{ customer: customer ? found(customers, 'customer', customer).id : null, payment_method: null },
        ...{ status: 'requires_payment_method', metadata: wordsOf(form, 'metadata'), created: now() },
        ...{ client_secret: '', last_payment_error: null },
      };
      intent.client_secret = `${intent.id}_secret_${randomBytes(8).toString('hex')}`;
      intents.set(intent.id, intent);
      tell('payment_intent.created', intent);
      return textOf(form, 'confirm') === 'true' ? confirm(intent, form) : intent;
    },
    intent: (name: string) => found(intents, 'payment_intent', name),
    confirm: (name: string, form: Form) => confirm(found(intents, 'payment_intent', name), form),
    /** The bank's own page. */
    /** A bank that takes its time has been asked; and then has paid. */
    process(name: string): void {
      const intent = found(intents, 'payment_intent', name);
      intent.status = 'processing';
      tell('payment_intent.processing', intent);
    },
    arrive: (name: string): void => succeed(found(intents, 'payment_intent', name)),
    authenticate(name: string, confirmed: boolean): Intent {
      const intent = found(intents, 'payment_intent', name);
      if (intent.status !== 'requires_action') throw unexpected(intent);
      if (confirmed) succeed(intent);
      else Object.assign(intent, { status: 'requires_payment_method' });
      return intent;
    },
    cancel(name: string): Intent {
      const intent = found(intents, 'payment_intent', name);
      if (intent.status === 'succeeded' || intent.status === 'canceled') throw unexpected(intent);
      intent.status = 'canceled';
      tell('payment_intent.canceled', intent);
      return intent;
    },
    listIntents(form: Form) {
      const customer = textOf(form, 'customer');
      return page(
        [...intents.values()].filter((one) => customer === undefined || one.customer === customer),
        form,
      );
    },

    createRefund(form: Form): RefundRow {
      const intent = found(intents, 'payment_intent', textOf(form, 'payment_intent'));
      const amount = Number(textOf(form, 'amount'));
      if (intent.status !== 'succeeded')
        throw invalid('This PaymentIntent does not have a successful charge to refund.');
      if ([...disputes.values()].some((one) => one.payment_intent === intent.id && one.status !== 'won')) {
        throw invalid('This charge has been charged back.', { code: 'charge_disputed' });
      }
      if (intent.refunded + amount > intent.amount) {
        throw invalid('Refund amount is greater than unrefunded amount on charge.', { param: 'amount' });
      }
      intent.refunded += amount;
      const refund: RefundRow = {
        ...{
          id: id('re'),
          object: 'refund',
          amount,
          currency: intent.currency,
          status: slow ? 'pending' : 'succeeded',
        },
        ...{ payment_intent: intent.id, metadata: wordsOf(form, 'metadata'), created: now() },
      };
      refunds.set(refund.id, refund);
      tell('refund.created', refund);
      return refund;
    },
    refund: (name: string) => found(refunds, 'refund', name),
    listRefunds: (form: Form) =>
      page(
        [...refunds.values()].filter((one) => one.payment_intent === textOf(form, 'payment_intent')),
        form,
      ),
    slowRefunds(now: boolean) {
      slow = now;
    },
    /** The bank takes a refund back that it had taken. */
    failRefund(name: string): RefundRow {
      const refund = found(refunds, 'refund', name);
      refund.status = 'failed';
      tell('refund.failed', refund);
      return refund;
    },

    listDisputes: (form: Form) => page([...disputes.values()], form),
    settleDispute(name: string, won: boolean): DisputeRow {
      const dispute = found(disputes, 'dispute', name);
      const { amount, currency } = dispute;
      if (won) {
        dispute.balance_transactions.push({ amount, fee: 0, net: amount, currency });
        tell('charge.dispute.funds_reinstated', dispute);
      }
      dispute.status = won ? 'won' : 'lost';
      tell('charge.dispute.closed', dispute);
      return dispute;
    },
  };
}

export type Books = ReturnType<typeof openBooks>;

/** The event of a webhook, whole. */
export function eventOf(type: string, object: object): Record<string, unknown> {
  return {
    ...{ id: id('evt'), object: 'event', api_version: Stripe.API_VERSION, created: now(), livemode: false },
    ...{ pending_webhooks: 1, request: { id: null, idempotency_key: null }, type, data: { object: { ...object } } },
  };
}
