import { z } from 'zod';
import { Amount, amount, Currency, idOf, reply, request, Timestamp, text } from '../../kit/http/schemas.ts';
import { publicId } from '../../kit/ids.ts';
import { mailingKinds, mailingStates, mostSteps, type Step } from '../model.ts';
import type { Pause } from '../pauses.ts';
import { type Coming, type ComingOfCompany, publicOf, type SeenMailing } from '../reads.ts';
import type { AccountSettings } from '../settings.ts';

export const Language = z.enum(['en', 'de']);
const Day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
/** Of a step: from two months before the day on which an invoice is due to two years after. */
const days = z.int().min(-60).max(730);
const words = z.strictObject({
  subject: text(200),
  text: z
    .string()
    .trim()
    .min(1)
    .max(4000)
    .refine((value) => !/[^\P{Cc}\n]/u.test(value), { error: 'text without control characters; lines may break' }),
});
const StepForm = z
  .strictObject({
    days: days.meta({ description: 'After the day on which the invoice is due; below zero: before it.' }),
    action: z
      .enum(['letter', 'stop'])
      .default('letter')
      .meta({ description: 'stop: nothing more is sent, and invoice.reminders_ended tells so.' }),
    fee: Amount.nullable()
      .default(null)
      .meta({ description: 'What the letter costs the company: an invoice of its own, without VAT.' }),
    words: z
      .strictObject({ en: words.optional(), de: words.optional() })
      .default({})
      .meta({ description: 'Own words, with {company}, {number}, {amount}, {due} and {fee}; else ours.' }),
  })
  .meta({ id: 'ReminderStep' });
const Steps = z.array(StepForm).max(mostSteps);

const switches = {
  invoices: z.boolean().meta({ description: 'Invoices and credit notes are mailed as they are issued.' }),
  receipts: z.boolean().meta({ description: 'A receipt after a payment by card or by hand.' }),
  overdue: z.boolean().meta({ description: 'Reminders of invoices that are not paid, by the steps.' }),
  prepaid: z
    .boolean()
    .meta({ description: 'Holders of prepaid SIMs are told ten and five days before what they have lapses.' }),
};
export const ChangeReminderSettings = request('ChangeReminderSettings', {
  ...{ invoices: switches.invoices.nullable().optional(), receipts: switches.receipts.nullable().optional() },
  ...{ overdue: switches.overdue.nullable().optional(), prepaid: switches.prepaid.nullable().optional() },
  steps: Steps.nullable().optional(),
});
const ShownStep = z.object({
  days,
  action: z.enum(['letter', 'stop']),
  fee: Amount.nullable(),
  words: z.object({ en: z.object({ subject: z.string(), text: z.string() }).optional() }).loose(),
});
const OwnReply = z.object({
  ...{ invoices: z.boolean().nullable(), receipts: z.boolean().nullable(), overdue: z.boolean().nullable() },
  ...{ prepaid: z.boolean().nullable(), steps: z.array(ShownStep).max(mostSteps).nullable() },
});
export const ReminderSettings = reply('ReminderSettings', {
  account: z.string(),
  ...switches,
  steps: z.array(ShownStep).max(mostSteps),
  feesIn: Currency.meta({ description: 'Of the fees of the steps. Invoices in another currency bear none.' }),
  own: OwnReply.meta({ description: 'What this account has said itself; null: what applies to all.' }),
});

export function shownSettings({ owner, own, terms }: AccountSettings) {
  const { ownerId: _, ...said } = own;
  return { account: publicId(owner.type, owner.id), ...terms, own: said };
}

export const PreviewReminder = request('PreviewReminder', {
  days: days.meta({ description: 'Which step.' }),
  language: Language.default('en'),
  steps: Steps.optional().meta({ description: 'As they would be; else as they are.' }),
});
export const ReminderPreview = reply('ReminderPreview', {
  ...{ subject: z.string(), text: z.string(), html: z.string() },
});

/** A step as it was given: what is not said in a language is ours. */
export function readSteps(steps: z.output<typeof Steps>): Step[] {
  return steps.map(({ words: { en, de }, ...step }) => ({ ...step, words: { ...(en && { en }), ...(de && { de }) } }));
}

export const PauseReminders = request('PauseReminders', {
  reason: text(500),
  disputed: z.boolean().default(false).meta({ description: 'The company contests it.' }),
  until: Timestamp.nullable().default(null).meta({ description: 'Null: until somebody lifts it.' }),
});
export const ReminderPause = reply('ReminderPause', {
  about: z.string().meta({ description: 'Id of the company or of the invoice.' }),
  company: idOf('company'),
  disputed: z.boolean(),
  reason: z.string(),
  until: Timestamp.nullable(),
  setAt: Timestamp,
  setBy: z.string(),
});

export function shownPause({ subjectType, subjectId, companyId: company, ...pause }: Pause) {
  return { ...pause, about: publicId(subjectType, subjectId), company };
}

export const MailingQuery = {
  company: idOf('company').optional(),
  invoice: idOf('invoice').optional(),
  kind: z.enum(mailingKinds).optional(),
  state: z.enum(mailingStates).optional(),
};
export const MailingReply = reply('Mailing', {
  id: idOf('mailing'),
  kind: z.enum(mailingKinds).meta({ description: 'ended: no letter, the last step of an invoice.' }),
  company: idOf('company').nullable(),
  day: Day.meta({ description: 'In the time zone of the organization.' }),
  state: z.enum(mailingStates).meta({ description: 'written: the letter says whether it was sent.' }),
  reason: z.string().nullable().meta({ description: 'Why it was dropped or has failed.' }),
  letter: idOf('letter').nullable(),
  letterState: z
    .enum(['waiting', 'sent', 'failed', 'held'])
    .nullable()
    .meta({ description: 'Null: none was written, or it was forgotten since.' }),
  to: z.string().nullable(),
  subject: z.string().nullable(),
  fee: idOf('invoice').nullable().meta({ description: 'The invoice of what the letter costs.' }),
  about: z
    .array(
      z.object({
        id: z.string(),
        number: z.string().nullable().meta({ description: 'Of an invoice.' }),
        days: days.nullable().meta({ description: 'The step; of what lapses, below zero.' }),
        left: Amount.nullable().meta({ description: 'What was left to pay.' }),
        currency: Currency.nullable(),
      }),
    )
    .max(500),
  createdAt: Timestamp,
  madeBy: z.string(),
});

export function shownMailing({ items, letter, ...m }: SeenMailing) {
  return {
    ...{ id: m.id, kind: m.kind, company: m.companyId, day: m.day, state: m.state, reason: m.reason },
    ...{ letter: letter?.id ?? null, letterState: letter?.state ?? null, to: letter?.recipient ?? null },
    ...{ subject: letter?.subject ?? null, fee: m.feeId, createdAt: m.createdAt, madeBy: m.madeBy },
    about: items.map(({ subjectId, stepDays, leftMicros, invoice }) => ({
      ...{ id: publicOf(m.kind, subjectId), number: invoice?.number ?? null, days: stepDays },
      left: leftMicros === null || !invoice ? null : amount(leftMicros, invoice.currency),
      currency: invoice?.currency ?? null,
    })),
  };
}

const Why = z
  .enum(['over', 'off', 'address', 'done', 'paused', 'disputed', 'chargeback', 'being_paid'])
  .nullable()
  .meta({ description: 'Why nothing is sent; address: it comes, and there is nowhere to send it.' });
const Coming_ = { why: Why, until: Timestamp.nullable(), reason: z.string().nullable() };
const NextStep = { on: Day, days, action: z.enum(['letter', 'stop']), fee: Amount.nullable() };
export const InvoiceReminders = reply('InvoiceReminders', { ...Coming_, next: z.object(NextStep).nullable() });
export const CompanyReminders = reply('CompanyReminders', {
  ...Coming_,
  next: z.array(z.object({ ...NextStep, invoice: idOf('invoice'), number: z.string() })).max(500),
});

const shownNext = ({ on, step }: { on: string; step: Step }) => {
  return { on, days: step.days, action: step.action, fee: step.fee };
};

export function shownComing({ next, ...coming }: Coming) {
  return { ...coming, next: next && shownNext(next) };
}

export function shownOfCompany({ next, ...coming }: ComingOfCompany) {
  return {
    ...coming,
    next: next.map(({ invoice, ...one }) => ({ ...shownNext(one), invoice: invoice.id, number: invoice.number })),
  };
}
