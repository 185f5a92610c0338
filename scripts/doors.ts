/**
 * The door table: whose `index.ts` the code of a room may import. Everybody may import `kit` and the package `measure`.
 * What is not here is not allowed: open a door when the first import needs it, and say why in the review. A room's inner file
 * is nobody's but its own. `scripts/checks/doors.ts` holds every import against the table, and `npm run docs`
 * draws it.
 */
export const doors: Record<string, readonly string[]> = {
  // Rooms: nouns of the trade.
  // Of mail: links by which people sign in.
  tenancy: ['mail'],
  carriers: [],
  // Whom a plan is for: companies, and the telecom of its lines.
  catalog: ['tenancy', 'carriers'],
  // What customers see of money moving; who moves it tells.
  transactions: ['tenancy'],
  // What VAT an account pays, from which day on.
  tax: ['tenancy'],
  // Of tax: VAT of what wallets spend.
  ledger: ['tenancy', 'transactions', 'tax'],
  // Who bills whom, with their VAT numbers, and how a bill looks; what is on it is others' affair.
  documents: ['tenancy', 'tax'],
  // Money from outside; what it is for is others' affair.
  payments: ['tenancy', 'ledger', 'tax', 'transactions'],
  // Knows rows and chunks, and nothing of what they are about: a room gives it its kinds.
  operations: [],
  inventory: ['tenancy', 'catalog', 'carriers', 'operations'],
  usage: ['carriers', 'inventory'],
  // Pure: what usage costs.
  rating: ['catalog', 'pools'],
  // What a pool is; its months are of periods.
  pools: ['tenancy', 'catalog', 'inventory'],
  // Of usage: which lines a list shows, for work on all that match.
  periods: ['tenancy', 'catalog', 'inventory', 'usage', 'ledger', 'pools', 'rating', 'operations', 'transactions'],
  // Of carriers: how a telecom stops data.
  charging: [
    ...['catalog', 'carriers', 'inventory', 'usage', 'periods', 'ledger', 'pools', 'rating', 'tenancy', 'operations'],
    'connections',
  ],

  // Which money paid which invoice. Of documents: what somebody with a link to one may see and keep.
  receivables: ['tenancy', 'transactions', 'ledger', 'tax', 'documents', 'payments', 'billing'],
  // What was billed and paid, written into the books of another system, and into files.
  accounting: ['tenancy', 'tax', 'documents', 'ledger', 'payments', 'billing', 'receivables'],
  // When a line or a wallet is refilled by itself: what it holds, who pays, and a payment as anybody could ask for it.
  autorefill: ['tenancy', 'catalog', 'inventory', 'periods', 'ledger', 'payments', 'tax'],

  // What leaves the house; what is in it, and who signs it, is others' affair.
  deliveries: [],
  // Letters by mail; what they say is others' affair.
  mail: [],
  // What devices did, for whoever wants to hear of it; how it looks outside is the edge's affair.
  connections: ['tenancy', 'inventory', 'deliveries'],

  // Text and data to SIMs and from them: carried by telecoms, and usage like any other.
  commands: ['carriers', 'inventory', 'usage', 'periods', 'charging'],

  // An account of another vendor, read over its API: a caller of the rooms that own what it becomes.
  takeover: ['tenancy', 'carriers', 'catalog', 'inventory', 'periods', 'charging', 'operations'],

  // What telecoms put onto SIMs: eSIM profiles, and settings over the air.
  provisioning: ['carriers', 'inventory'],

  // The instance itself: it knows no trade, and no room but the kit.
  platform: [],

  // What is unbilled becomes pre-bills, and these become invoices.
  billing: [
    ...[
      'tenancy',
      'catalog',
      'inventory',
      'periods',
      'pools',
      'rating',
      'ledger',
      'tax',
      'documents',
      'operations',
      'usage',
    ],
  ],

  // What a company owes, read from the ledger; bills have their numbers.
  statements: ['tenancy', 'tax', 'ledger', 'billing', 'documents'],
  // Letters about money: bills, receipts, what is overdue, what lapses.
  reminders: [...['tenancy', 'tax', 'inventory', 'periods', 'payments', 'billing', 'receivables', 'documents', 'mail']],
  // What was earned, what is owed, what was paid: counted from the tables of the rooms above the ledger, which it reads.
  reports: ['tenancy', 'catalog', 'carriers', 'transactions'],

  // Reads every room, writes nothing; only app imports it.
  insight: [
    ...['tenancy', 'catalog', 'carriers', 'inventory', 'ledger', 'payments', 'usage', 'pools', 'rating', 'periods'],
    ...['charging', 'transactions', 'tax', 'reports', 'autorefill', 'billing'],
  ],

  // Edges: other people's protocols. They keep nothing.
  radius: [],
  simulated: ['radius'],
  supersim: [
    'tenancy',
    'catalog',
    'carriers',
    'inventory',
    'usage',
    'periods',
    'deliveries',
    'commands',
    'connections',
    'provisioning',
  ],
};

/** The rooms in which everything comes together; they may open any door. Nobody imports them. */
export const composition: readonly string[] = ['app', 'bin'];

/** No trade nouns: everybody may import any file of it, and it imports no room. */
export const kit = 'kit';
