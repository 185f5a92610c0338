import { registerHooks } from 'node:module';

/** The end of a file's path, what its text has once, and what stands there instead. */
type Edit = { file: RegExp; find: RegExp; replace: string };

/** One way to break the product, as a change of its source while it is loaded. */
export type Mutant = {
  name: string;
  edits: readonly Edit[];
  /** Run by the owner of the schema before the first step, where the database guards the same thing. */
  sql?: string;
  /** Actions that meet it, which happen more often in its run. */
  more?: RegExp;
  /** Laws that must notice; one of them is enough. */
  noticedBy: RegExp;
};

/** What makes invoices, pays them and takes back; fees are charged on an account when a plan begins. */
const invoicing = /invoice|allocation|credit note|pre-bill|bill by hand|assign a plan|refund/;

/**
 * What the simulator must notice (reliability.md section 5). The product has no setting for any of it: a loader's hook
 * changes the text of one file. A mutant whose text is gone fails its test, and must be written again.
 */
export const mutants: readonly Mutant[] = [
  {
    name: 'records-rated-alone',
    edits: [
      {
        file: /charging\/model\/decide\.ts$/,
        find: /price\(period\.usedBytes, period\.allowanceBytes, period\.totals\) -\s+price\(usedBefore, period\.allowanceBytes, totalsBefore\)/,
        replace: 'price(period.usedBytes - usedBefore, period.allowanceBytes, null)',
      },
    ],
    noticedBy: /^I2/,
  },
  {
    name: 'no-version-guard',
    edits: [{ file: /periods\/sql\.ts$/, find: /(t\.id = d\.id) and t\.version = d\.version/, replace: '$1' }],
    noticedBy: /^I1|^I2|^I3|^Q /,
  },
  {
    name: 'limit-missed-to-the-byte',
    more: /^traffic$|exactly to the limit|^activate$/,
    edits: [
      {
        file: /rating\/model\/rating\.ts$/,
        find: /before < limit && limit <= after/,
        replace: 'before <= limit && limit < after',
      },
    ],
    noticedBy: /^I8|^I9/,
  },
  {
    // An open block is unique, so that a second crossing changes nothing anybody sees until that is gone as well.
    name: 'limit-crossed-again',
    more: /^traffic$|exactly to the limit|^activate$/,
    edits: [
      { file: /rating\/model\/rating\.ts$/, find: /before < limit && limit <= after/, replace: 'limit <= after' },
      {
        file: /inventory\/sql\/states\.ts$/,
        find: /on conflict \(organization_id, line_id, reason\) where lifted_at is null do nothing/,
        replace: '',
      },
    ],
    sql: 'drop index blocks_open',
    noticedBy: /^I8|^I9/,
  },
  {
    name: 'repeats-not-looked-up',
    edits: [
      {
        file: /usage\/model\.ts$/,
        find: /const from = restarted \? \{ up: 0n, down: 0n \} : \{ up: before\.upTotal, down: before\.downTotal \};/,
        replace: 'const from = { up: 0n, down: 0n };',
      },
    ],
    sql: 'alter table usage_records drop constraint usage_records_pkey',
    noticedBy: /session|repeat/,
  },
  {
    name: 'charge-missing-from-hours',
    edits: [
      {
        file: /usage\/sql\/hourly\.ts$/,
        find: /charge_micros = h\.charge_micros \+ excluded\.charge_micros/,
        replace: 'charge_micros = h.charge_micros',
      },
    ],
    noticedBy: /hour/,
  },
  {
    name: 'block-lifted-for-another-reason',
    edits: [{ file: /inventory\/sql\/states\.ts$/, find: /and reason = \$\{reason\}/, replace: '' }],
    noticedBy: /^I9|^I3 fee due|^Q /,
  },
  {
    name: 'success-applied-again',
    more: /card payment, whole|the post|inbox/,
    edits: [
      {
        file: /payments\/model\.ts$/,
        find: /if \(payment\.state === 'succeeded'\) return null;/,
        replace: '',
      },
    ],
    noticedBy: /^P delivered once|^10 payment events/,
  },
  {
    name: 'lost-answer-taken-for-a-failure',
    edits: [
      {
        file: /payments\/model\.ts$/,
        find: /return payment\.state === 'created' \? \{ \.\.\.same, state: 'pending' \} : null;/,
        replace: `return isOver(payment.state) ? null : { ...same, state: 'failed', actionUrl: null, failureCode: 'silent', failureMessage: '' };`,
      },
    ],
    noticedBy: /^P charge|^P clearing/,
  },
  {
    // The table lets no second one in either.
    name: 'second-card-payment-while-unknown',
    edits: [
      {
        file: /payments\/sql\.ts$/,
        find: /on conflict \(organization_id, subject_id\) where state in \('created', 'pending'\) and method = 'card' do nothing/,
        replace: '',
      },
    ],
    sql: 'drop index payments_unknown',
    noticedBy: /^P two unknown|^nothing is thrown/,
  },
  {
    // The table lets none be paid beyond its sum either.
    name: 'invoices-paid-beyond-what-is-left',
    more: invoicing,
    edits: [
      { file: /receivables\/model\.ts$/, find: /leftMicros < rest \? leftMicros : rest/, replace: 'rest' },
      { file: /billing\/paid\.ts$/, find: /amountMicros > leftOf\(invoice\)\)/, replace: 'false)' },
    ],
    noticedBy: /^R paid too much|^nothing is thrown/,
  },
  {
    name: 'taken-back-and-still-allocated',
    more: invoicing,
    edits: [
      {
        file: /receivables\/allocate\.ts$/,
        find: /allocatedMicros: receipt\.allocatedMicros \+ amountMicros/,
        replace: 'allocatedMicros: receipt.allocatedMicros',
      },
    ],
    noticedBy: /^R allocated|^I9 receipt/,
  },
  {
    name: 'refund-leaves-invoices-paid',
    more: invoicing,
    edits: [
      {
        file: /receivables\/service\.ts$/,
        find: /if \(payment\?\.purpose !== 'invoice'\) return;/,
        replace: 'if (payment) return;',
      },
    ],
    noticedBy: /^R receipt/,
  },
  {
    name: 'credit-note-keeps-what-was-paid',
    more: invoicing,
    edits: [
      {
        file: /receivables\/credit\.ts$/,
        find: /if \(over <= 0n\) break;/,
        replace: 'if (over <= 0n || invoiceId) break;',
      },
    ],
    noticedBy: /^R paid too much/,
  },
  {
    name: 'dispute-before-its-payment-never-posted',
    more: /card payment, whole|the post|inbox/,
    edits: [
      {
        file: /payments\/service\.ts$/,
        find: /if \(payment\.method === 'card'\) await postWaiting\(ctx, done\);/,
        replace: '',
      },
    ],
    noticedBy: /^P dispute/,
  },
  {
    name: 'vat-of-each-piece',
    more: /^traffic$|hours pass|a plan|wallet|activate|fee/,
    edits: [
      {
        file: /wallets\/vat\/model\.ts$/,
        find: /const vat = divideHalfEven\(net \* BigInt\(line\.ratePpm\), million\);/,
        replace: 'const vat = line.vatMicros + divideHalfEven(netMicros * BigInt(line.ratePpm), million);',
      },
    ],
    noticedBy: /^I3 wallet VAT rate/,
  },
  {
    name: 'lost-notice-of-a-dispute',
    more: /card payment, whole|provider is asked/,
    edits: [{ file: /payments\/sender\.ts$/, find: /disputes\.isDue\(fresh\(\), provider\.id\)/, replace: 'false' }],
    noticedBy: /^P silence/,
  },
];

let planted: Mutant | null = null;
const applied = new Set<Edit>();

/** Breaks what is loaded from now on. */
export function plant(name: string): void {
  const { edits } = mutants.find((mutant) => mutant.name === name)!;
  planted = mutants.find((mutant) => mutant.name === name)!;
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      const mine = edits.filter(({ file }) => file.test(url));
      if (mine.length === 0 || !loaded.source) return loaded;
      let source = Buffer.from(loaded.source as Uint8Array).toString();
      for (const edit of mine) {
        if (edit.find.test(source)) applied.add(edit);
        source = source.replace(edit.find, edit.replace);
      }
      return { ...loaded, source };
    },
  });
}

/** The SQL that belongs to what was planted; throws when its text is nowhere in the product. */
export function sqlOfPlanted(): string | null {
  const missing = planted?.edits.find((edit) => !applied.has(edit));
  if (missing) throw new Error(`the mutant ${planted!.name} does not apply: ${missing.find} is not in ${missing.file}`);
  return planted?.sql ?? null;
}
