import {
  IconActivity,
  IconAdjustments,
  IconAlertTriangle,
  IconAntennaBars5,
  IconArrowsExchange,
  IconBellRinging,
  IconBooks,
  IconBroadcast,
  IconBuilding,
  IconChartBar,
  IconChartHistogram,
  IconClockHour4,
  IconCreditCard,
  IconDeviceSim,
  IconDroplet,
  IconFileDescription,
  IconFileImport,
  IconFileInvoice,
  IconGavel,
  IconHistory,
  IconHome,
  IconInbox,
  IconKey,
  IconListCheck,
  IconMail,
  IconMessage2,
  IconPlugConnected,
  IconQrcode,
  IconReceipt2,
  IconReceiptRefund,
  IconRefresh,
  IconReportMoney,
  IconSend,
  IconServer2,
  IconSettings,
  IconStack2,
  IconTimelineEvent,
  IconUser,
  IconUsers,
  IconWallet,
  IconWorld,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import type { Me } from '../api/tenancy.ts';
import { may } from './session.ts';

export type NavItem = {
  to: string;
  label: string;
  icon: ComponentType<{ size?: number; stroke?: number }>;
  /** Null: everybody. */
  permission: string | null;
  sandbox?: boolean;
  /** Only staff of the organization itself: its companies' staff get 403 there. */
  organization?: boolean;
  /** Further words it is found under. */
  words?: string;
};

type NavGroup = { label: string | null; items: NavItem[] };

const groups: NavGroup[] = [
  { label: null, items: [{ to: '/', label: 'Overview', icon: IconHome, permission: null, words: 'home start' }] },
  {
    label: 'Lines',
    items: [
      { to: '/sims', label: 'SIMs', icon: IconDeviceSim, permission: 'inventory.sim.view', words: 'cards esim iccid' },
      { to: '/fleets', label: 'Fleets', icon: IconStack2, permission: 'inventory.fleet.view', words: 'data limit' },
      {
        to: '/esim-profiles',
        label: 'eSIM profiles',
        icon: IconQrcode,
        permission: 'provisioning.esim_profile.view',
        words: 'eid activation code matching id download reserve sm-dp+ euicc qr',
      },
      { to: '/sessions', label: 'Sessions', icon: IconActivity, permission: 'usage.record.view', words: 'online live' },
      {
        to: '/messages',
        label: 'Messages',
        icon: IconMessage2,
        permission: 'commands.sms.view',
        words: 'text sms data udp ip commands send unplaced delivery report',
      },
      {
        to: '/usage',
        label: 'Usage',
        icon: IconChartBar,
        permission: 'usage.record.view',
        words: 'records data sms messages voice calls minutes charges',
      },
      {
        to: '/unrated',
        label: 'Unrated usage',
        icon: IconAlertTriangle,
        permission: 'usage.unrated.view',
        organization: true,
        words: 'quarantine replay',
      },
      {
        to: '/import',
        label: 'Import SIMs',
        icon: IconFileImport,
        permission: 'inventory.sim.add',
        organization: true,
        words: 'csv upload file load stock',
      },
      {
        to: '/operations',
        label: 'Operations',
        icon: IconListCheck,
        permission: 'operations.operation.view',
        organization: true,
        words: 'imports bulk work progress result failed rows',
      },
    ],
  },
  {
    label: 'Selling',
    items: [
      {
        to: '/pools',
        label: 'Pools',
        icon: IconDroplet,
        permission: 'pools.pool.view',
        words: 'shared data members balance burn-down',
      },
      { to: '/plans', label: 'Plans', icon: IconReceipt2, permission: 'catalog.plan.view', words: 'prices fees' },
      {
        to: '/what-if',
        label: 'What if',
        icon: IconArrowsExchange,
        permission: 'charging.charge.view',
        words: 'compare plans cheaper other cost simulate',
      },
      {
        to: '/zones',
        label: 'Zones',
        icon: IconWorld,
        permission: 'catalog.zone.view',
        words: 'countries networks roaming rates',
      },
      {
        to: '/companies',
        label: 'Companies',
        icon: IconBuilding,
        permission: 'tenancy.company.view',
        words: 'customers',
      },
      {
        to: '/end-users',
        label: 'End users',
        icon: IconUser,
        permission: 'tenancy.end_user.view',
        words: 'holders subscribers people phone sign-in link invite',
      },
    ],
  },
  {
    label: 'Billing',
    items: [
      {
        to: '/pre-bills',
        label: 'Pre-bills',
        icon: IconFileDescription,
        permission: 'billing.pre_bill.view',
        organization: true,
        words: 'bill run approve reject month unbilled preview cycle',
      },
      {
        to: '/invoices',
        label: 'Invoices',
        icon: IconFileInvoice,
        permission: 'billing.invoice.view',
        words: 'bills credit notes overdue due vat numbers',
      },
      {
        to: '/corrections',
        label: 'Corrections',
        icon: IconAdjustments,
        permission: 'periods.period.view',
        words: 'adjustments credits rerate rating restated daily totals reconcile carrier',
      },
      {
        to: '/wallets',
        label: 'Wallets',
        icon: IconWallet,
        permission: 'ledger.wallet.view',
        words: 'money balance paygo credit minimum due fees',
      },
      {
        to: '/auto-refills',
        label: 'Auto-refills',
        icon: IconRefresh,
        permission: 'autorefill.setting.view',
        words: 'automatic top up refill threshold suspended payers cap card',
      },
      {
        to: '/revenue',
        label: 'Revenue',
        icon: IconChartHistogram,
        permission: 'reports.revenue.view',
        organization: true,
        words: 'numbers report months earned margin cost plan telecom company',
      },
      {
        to: '/receivables',
        label: 'Receivables',
        icon: IconReportMoney,
        permission: 'reports.receivable.view',
        words: 'owed overdue ageing aging debt open invoices days',
      },
      {
        to: '/transactions',
        label: 'Transactions',
        icon: IconCreditCard,
        permission: 'payments.transaction.view',
        words: 'payments refills card paid pending failed vat money in fees refunds adjustments invoices labels export',
      },
      {
        to: '/refunds',
        label: 'Refunds',
        icon: IconReceiptRefund,
        permission: 'payments.payment.view',
        words: 'money back paid back unanswered',
      },
      {
        to: '/disputes',
        label: 'Disputes',
        icon: IconGavel,
        permission: 'payments.dispute.view',
        words: 'chargeback bank fraud evidence',
      },
      {
        to: '/payment-notices',
        label: 'Payment notices',
        icon: IconInbox,
        permission: 'payments.notice.view',
        organization: true,
        words: 'webhooks stripe inbox replay unplaced',
      },
    ],
  },
  {
    label: 'Developers',
    items: [
      {
        to: '/developers/api-keys',
        label: 'API keys',
        icon: IconKey,
        permission: 'developers.api_key.view',
        words: 'token secret',
      },
      {
        to: '/developers/super-sim',
        label: 'Super SIM credentials',
        icon: IconPlugConnected,
        permission: 'developers.credential.view',
        words: 'twilio sdk auth token account sid',
      },
      {
        to: '/developers/events',
        label: 'Events',
        icon: IconTimelineEvent,
        permission: 'developers.event.view',
        words: 'feed log',
      },
      {
        to: '/developers/missed-reactions',
        label: 'Missed reactions',
        icon: IconAlertTriangle,
        permission: 'developers.event.view',
        organization: true,
        words: 'failed events effects retry replay dismiss problems',
      },
      {
        to: '/developers/deliveries',
        label: 'Deliveries',
        icon: IconSend,
        permission: 'developers.delivery.view',
        words: 'callbacks webhooks log tries replay sent',
      },
      {
        to: '/developers/event-sinks',
        label: 'Event sinks',
        icon: IconBroadcast,
        permission: 'developers.event_sink.view',
        words: 'connection events webhook stream cloudevents attach session',
      },
      {
        to: '/developers/clock',
        label: 'Sandbox clock',
        icon: IconClockHour4,
        permission: 'sandbox.clock.move',
        sandbox: true,
        organization: true,
        words: 'time travel',
      },
    ],
  },
  {
    label: 'Organization',
    items: [
      {
        to: '/telecoms',
        label: 'Telecoms',
        icon: IconAntennaBars5,
        permission: 'carriers.telecom.view',
        organization: true,
        words: 'carrier radius nas',
      },
      {
        to: '/team',
        label: 'Team',
        icon: IconUsers,
        permission: 'tenancy.staff.view',
        words: 'staff people invite roles colleagues',
      },
      {
        to: '/reminders',
        label: 'Reminders',
        icon: IconBellRinging,
        permission: 'reminders.setting.view',
        organization: true,
        words: 'dunning overdue steps fee pause mailed bills receipts lapse expiry mail',
      },
      {
        to: '/letters',
        label: 'Letters',
        icon: IconMail,
        permission: 'mail.letter.view',
        organization: true,
        words: 'mail email smtp sent receipts invitations reminders',
      },
      {
        to: '/audit-log',
        label: 'Audit log',
        icon: IconHistory,
        permission: 'audit.entry.view',
        organization: true,
        words: 'who changed',
      },
      {
        to: '/invoicing',
        label: 'Invoicing',
        icon: IconFileInvoice,
        permission: 'documents.settings.view',
        organization: true,
        words: 'bank iban logo address footer pdf peppol ubl look of bills sample',
      },
      {
        to: '/accounting',
        label: 'Accounting',
        icon: IconBooks,
        permission: 'accounting.books.view',
        organization: true,
        words: 'xero books ledger journal export csv xlsx datev chart of accounts mapping push bookkeeping',
      },
      {
        to: '/settings',
        label: 'Settings',
        icon: IconSettings,
        permission: 'tenancy.organization.view',
        organization: true,
        words: 'time zone units name',
      },
      {
        to: '/platform',
        label: 'Platform',
        icon: IconServer2,
        permission: 'platform.instance.view',
        words: 'health processes metrics backup instance operations database',
      },
    ],
  },
];

/** What this person sees: nothing is greyed out for show. */
export function navFor(me: Me): NavGroup[] {
  const shown = (item: NavItem) =>
    may(me, item.permission) &&
    (!item.sandbox || me.organization.sandbox) &&
    (!item.organization || me.actor.companyId === null);
  return groups
    .map((group) => ({ ...group, items: group.items.filter(shown) }))
    .filter((group) => group.items.length > 0);
}
