/**
 * Everything that can be permitted, as data: `group.object.action` → what a person reads beside the checkbox. A route
 * that asks for a permission which is not here stops the start.
 */
export const permissions = {
  'inventory.sim.view': 'See SIMs, their sessions, periods and history',
  'inventory.sim.add': 'Register and import SIMs',
  'inventory.sim.edit': 'Change names, labels, notes, fleet and limits of SIMs',
  'inventory.sim.status': 'Activate, suspend, block, release and archive SIMs',
  'inventory.fleet.view': 'See fleets',
  'inventory.fleet.add': 'Create fleets',
  'inventory.fleet.edit': 'Change fleets',
  'inventory.fleet.delete': 'Archive fleets',
  'inventory.network_profile.view': 'See network access profiles',
  'inventory.network_profile.add': 'Create network access profiles',
  'inventory.network_profile.edit': 'Change network access profiles',
  'catalog.plan.view': 'See plans and prices',
  'catalog.plan.add': 'Create plans',
  'catalog.plan.edit': 'Change plans',
  'catalog.plan.delete': 'Archive plans',
  'catalog.zone.view': 'See zones and countries',
  'catalog.zone.edit': 'Create, change and archive zones',
  'pools.pool.view': 'See pools, their members and what they used',
  'pools.pool.add': 'Create pools',
  'pools.pool.edit': 'Change pools and their members',
  'pools.pool.delete': 'Archive pools',
  'carriers.telecom.view': 'See telecoms and network access servers',
  'carriers.telecom.add': 'Connect telecoms',
  'carriers.telecom.edit': 'Change telecoms and network access servers',
  'carriers.telecom.delete': 'Archive telecoms',
  'operations.operation.view': 'See operations: imports and other bulk work',
  'operations.operation.run': 'Start, cancel, resume and retry operations',
  'commands.sms.view': 'See text to and from SIMs',
  'commands.sms.send': 'Send text to SIMs',
  'commands.sms.receive': 'Hand in texts from devices and delivery reports',
  'commands.sms.place': 'Place or dismiss messages that fitted no SIM',
  'commands.ip.view': 'See data to and from SIMs (IP commands)',
  'commands.ip.send': 'Send data to SIMs (IP commands)',
  'provisioning.esim_profile.view': 'See eSIM profiles and their activation codes',
  'provisioning.esim_profile.add': 'Reserve eSIMs of the stock and order their profiles',
  'provisioning.esim_profile.report': 'Tell of downloads of eSIM profiles, as an SM-DP+ does',
  'provisioning.settings_update.view': 'See settings updates of SIMs',
  'provisioning.settings_update.add': 'Order settings updates of SIMs',
  'usage.record.view': 'See sessions and usage',
  'usage.record.create': 'Hand in usage records over the API',
  'usage.unrated.view': 'See usage that could not be charged',
  'usage.unrated.replay': 'Charge that usage again',
  'usage.restatement.create': 'Hand in the daily totals of carriers',
  'periods.period.view': 'See billing periods and fees',
  'periods.plan.assign': 'Put lines on plans and into pools, change and end them',
  'periods.refill.view': 'See refills',
  'periods.refill.grant': 'Grant refills of prepaid lines',
  'periods.adjustment.create': 'Credit and charge SIMs by hand',
  'charging.charge.view': 'See charges, their explanation, and what they would be under other plans',
  'charging.rerating.run': 'Rate usage again and post the difference',
  'ledger.entry.view': 'See ledger accounts, transfers and entries',
  'ledger.wallet.view': 'See wallets and what moved in them',
  'ledger.wallet.edit': 'Open wallets and set their minimum balance',
  'ledger.wallet.credit': 'Credit and debit wallets by hand, and give them money',
  'ledger.wallet.hold': 'Set money of wallets aside, capture and release it',
  'ledger.adjustment.approve': 'Approve and reject what others asked to move in wallets',
  'payments.payment.view': 'See payments',
  'payments.payment.create': 'Pay for refills by card, from a wallet, or note what came by hand',
  'payments.amounts.edit': 'Set what refills of wallets offer, and between which bounds',
  'payments.payment.deliver': 'Deliver what is paid and could not be given',
  'payments.payment.settle': 'Settle payments that came to another amount than was asked for',
  'payments.refund.create': 'Refund payments',
  'payments.dispute.view': 'See disputes of payments',
  'payments.card.view': 'See stored cards',
  'payments.card.edit': 'Store cards, choose the default one, remove them',
  'payments.transaction.view': 'See transactions: what was paid, refunded and adjusted',
  'payments.transaction.label': 'Label transactions',
  'payments.notice.view': 'See what payment providers told',
  'payments.notice.settle': 'Apply and dismiss notices of payment providers',
  'payments.provider.view': 'See the payment providers in use',
  'payments.provider.edit': 'Connect payment providers, give them keys, decide what a dispute does',
  'receivables.allocation.view': 'See which money paid which invoice, and credit on account',
  'receivables.allocation.edit': 'Allocate money to invoices, and take that back',
  'receivables.link.view': 'See links by which invoices are seen and paid',
  'receivables.link.edit': 'Make and end links by which invoices are seen and paid',
  'reminders.setting.view': 'See what accounts get by mail, and the steps of reminders',
  'reminders.setting.edit': 'Change what accounts get by mail, and the steps of reminders',
  'reminders.mailing.view': 'See which bills, receipts and reminders were mailed, and what comes next',
  'reminders.mailing.send': 'Mail bills by hand',
  'reminders.pause.edit': 'Pause reminders of a company or an invoice',
  'accounting.books.view':
    'See the accounting system that is connected, what was written there, and the files for others',
  'accounting.books.edit': 'Connect an accounting system, say what it calls things, have things written again',
  'autorefill.setting.view': 'See auto-refills, what they charged and why not',
  'autorefill.setting.edit': 'Set, resume and switch off auto-refills',
  'reports.revenue.view': 'See revenue and margin by month',
  'reports.receivable.view': 'See what is owed, and for how long',
  'reports.cost.view': 'See what telecoms cost',
  'reports.cost.edit': 'Set what telecoms cost',
  'tax.rate.view': 'See what VAT accounts pay, and their VAT numbers',
  'tax.rate.edit': 'Set the VAT of accounts, and keep checks of VAT numbers',
  'documents.billing_details.view': 'See the billing details of accounts: who is billed, and where',
  'documents.billing_details.edit': 'Change the billing details of accounts',
  'documents.settings.view': 'See what the documents of the organization look like',
  'documents.settings.edit': 'Change the bank details, the logo and the footer of documents',
  'billing.pre_bill.view': 'See pre-bills, what is on them, and what the next one would be',
  'billing.pre_bill.create': 'Collect what is unbilled into pre-bills, and run bill runs',
  'billing.pre_bill.edit': 'Add lines, discounts and notes to pre-bills',
  'billing.pre_bill.approve': 'Approve pre-bills, which makes invoices of them, and reject them',
  'billing.invoice.view': 'See invoices and credit notes',
  'billing.invoice.credit': 'Write credit notes of invoices',
  'billing.settings.view': 'See how accounts are billed',
  'billing.settings.edit': 'Change how accounts are billed, and the series of numbers',
  'tenancy.organization.view': 'See the settings of the organization',
  'tenancy.organization.edit': 'Change the settings of the organization',
  'tenancy.company.view': 'See companies',
  'tenancy.company.add': 'Create companies',
  'tenancy.company.edit': 'Change companies',
  'tenancy.company.delete': 'Archive companies',
  'tenancy.end_user.view': 'See end users',
  'tenancy.end_user.add': 'Create end users',
  'tenancy.end_user.edit': 'Change end users',
  'tenancy.end_user.delete': 'Archive end users',
  'tenancy.end_user.invite': 'Make links by which end users sign in',
  'tenancy.end_user.look': 'See the pages of end users as they do',
  'tenancy.staff.view': 'See staff',
  'tenancy.staff.add': 'Invite staff',
  'tenancy.staff.edit': 'Change roles of staff',
  'tenancy.staff.delete': 'Remove staff',
  'tenancy.role.view': 'See roles and their permissions',
  'developers.api_key.view': 'See API keys',
  'developers.api_key.add': 'Create API keys',
  'developers.api_key.delete': 'Revoke API keys',
  'developers.credential.view': 'See the Super SIM account SID and auth token',
  'developers.event.view': 'See events and the live feed',
  'developers.event.settle': 'Try again and dismiss what events failed to set off',
  'developers.delivery.view': 'See callbacks and what became of them',
  'developers.delivery.replay': 'Send callbacks once more',
  'developers.event_sink.view': 'See event sinks',
  'developers.event_sink.add': 'Create event sinks',
  'developers.event_sink.edit': 'Change, pause and try event sinks',
  'developers.event_sink.delete': 'Delete event sinks',
  'mail.letter.view': 'See the letters that go out by mail',
  'mail.letter.send': 'Send letters that were held, given up or sent before',
  'audit.entry.view': 'See the audit log',
  'sandbox.clock.move': 'Move the clock of a sandbox',
} as const;

export type Permission = keyof typeof permissions;

/** What only an admin of the platform may: no role and no API key can hold it, whatever it lists. */
export const platformPermissions = {
  'platform.instance.view': 'See the processes, health, work and sizes of the instance',
  'platform.instance.run': 'Run work of the instance by hand',
} as const;

/** Every permission that a route may ask for. */
export const permissionNames: ReadonlySet<string> = new Set([
  ...Object.keys(permissions),
  ...Object.keys(platformPermissions),
]);

/** What a role or an API key gives: a name of the platform in it gives nothing. */
export function heldBy(listed: readonly string[]): string[] {
  return listed.filter((name) => !name.startsWith('platform.'));
}

const all = Object.keys(permissions) as Permission[];
const views = all.filter((name) => name.endsWith('.view') && !secretViews(name));

/** What shows a secret is no mere look. */
function secretViews(name: Permission): boolean {
  return name === 'developers.credential.view';
}

function groups(...names: string[]): Permission[] {
  return all.filter((permission) => names.some((name) => permission.startsWith(`${name}.`)));
}

function together(...lists: Permission[][]): Permission[] {
  return all.filter((name) => lists.some((list) => list.includes(name)));
}

/**
 * What an end user may, of their own SIMs, wallet and payments; and what staff may who look at their pages. No role: what they
 * reach is decided by the routes that are open to them.
 */
const looks: readonly Permission[] = [
  ...(['inventory.sim.view', 'ledger.wallet.view', 'payments.payment.view', 'payments.card.view'] as const),
  'autorefill.setting.view',
];
export const endUserPermissions: Record<'own' | 'look', readonly Permission[]> = {
  own: [...looks, 'payments.payment.create', 'payments.card.edit', 'autorefill.setting.edit'],
  look: looks,
};

/**
 * The roles every organization starts with. They follow this list from release to release; a copy that somebody edits
 * is an ordinary role and keeps what it was given.
 */
export const readyMadeRoles: Record<string, readonly string[]> = {
  Owner: ['*'],
  Operations: together(
    views,
    groups(
      'inventory',
      'operations',
      'commands',
      'provisioning',
      'catalog',
      'pools',
      'carriers',
      'usage',
      'tenancy.company',
      'tenancy.end_user',
    ),
    ['periods.plan.assign', 'periods.refill.grant'],
    ['sandbox.clock.move'],
  ),
  Finance: together(
    groups(
      'billing',
      'charging',
      'ledger',
      'payments',
      'autorefill',
      'receivables',
      'reminders',
      'reports',
      'tax',
      'documents',
      'periods',
      'catalog',
      'pools',
      'tenancy.company',
    ),
    [
      'inventory.sim.view',
      'inventory.fleet.view',
      'usage.record.view',
      'usage.unrated.view',
      'tenancy.organization.view',
      'tenancy.end_user.view',
      'developers.event.view',
      'audit.entry.view',
    ],
  ),
  Support: together(
    ['inventory.sim.view', 'inventory.sim.edit', 'inventory.sim.status', 'inventory.fleet.view'],
    ['inventory.network_profile.view', 'catalog.plan.view', 'carriers.telecom.view', 'usage.record.view'],
    ['usage.unrated.view', 'periods.period.view', 'charging.charge.view', 'developers.event.view'],
    ['commands.sms.view', 'commands.sms.send', 'commands.ip.view', 'commands.ip.send'],
    ['provisioning.esim_profile.view', 'provisioning.settings_update.view', 'provisioning.settings_update.add'],
    ['catalog.zone.view', 'pools.pool.view', 'periods.refill.view', 'periods.refill.grant', 'ledger.wallet.view'],
    ['payments.payment.view', 'autorefill.setting.view'],
    groups('tenancy.end_user'),
    ['tenancy.company.view', 'tenancy.organization.view', 'documents.billing_details.view'],
  ),
  'Read-only': views,
};
