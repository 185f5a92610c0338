import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { whenSignedOut } from '../api/http.ts';
import { getSim } from '../api/sims.ts';
import { getSession } from '../api/tenancy.ts';
import { Broken, Coming, NotFound } from './broken.tsx';
import { queryClient } from './query.ts';
import { meQuery } from './session.ts';
import { Shell } from './shell.tsx';

/** The state of a page is flat text in the address bar, as a person would write it: `?status=Active&online=true`. */
export type Search = Record<string, string>;

const root = createRootRoute({
  validateSearch: (search): Search =>
    Object.fromEntries(Object.entries(search).map(([name, value]) => [name, String(value)])),
  notFoundComponent: NotFound,
  errorComponent: Broken,
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: lazyRouteComponent(() => import('../tenancy/sign-in.tsx'), 'SignInPage'),
});

const join = createRoute({
  getParentRoute: () => root,
  path: '/join',
  component: lazyRouteComponent(() => import('../tenancy/join.tsx'), 'JoinPage'),
});

const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: Shell,
  beforeLoad: async ({ location }) => {
    if (queryClient.getQueryData(meQuery.queryKey)) return;
    const { user } = await getSession();
    if (!user) throw redirect({ to: '/sign-in', search: { to: location.href } });
    await queryClient.ensureQueryData(meQuery);
  },
});

const page = <P extends string>(path: P, load: () => Promise<Record<string, unknown>>, name: string) =>
  createRoute({
    getParentRoute: () => inside,
    path,
    // biome-ignore lint/suspicious/noExplicitAny: the module is typed where it is written, and has one page of this name.
    component: lazyRouteComponent(load as () => Promise<Record<string, any>>, name),
  });

const sim = createRoute({
  getParentRoute: () => inside,
  path: '/sims/$id',
  component: lazyRouteComponent(() => import('../inventory/sim.tsx'), 'SimPage'),
  // Hovering a link reads the SIM, so that it is there when it is opened.
  loader: ({ params: { id } }) => {
    void queryClient.prefetchQuery({ queryKey: ['sim', id, 'row'], queryFn: () => getSim(id) });
  },
});

const routes = root.addChildren([
  signIn,
  join,
  inside.addChildren([
    page('/', () => import('../overview/overview.tsx'), 'OverviewPage'),
    page('/sims', () => import('../inventory/sims.tsx'), 'SimsPage'),
    sim,
    page('/fleets', () => import('../inventory/fleets.tsx'), 'FleetsPage'),
    page('/esim-profiles', () => import('../provisioning/profiles.tsx'), 'EsimProfilesPage'),
    page('/operations', () => import('../operations/operations.tsx'), 'OperationsPage'),
    page('/import', () => import('../operations/import.tsx'), 'ImportPage'),
    page('/operations/$id', () => import('../operations/operation.tsx'), 'OperationPage'),
    page('/pools', () => import('../pools/pools.tsx'), 'PoolsPage'),
    page('/pools/$id', () => import('../pools/pool.tsx'), 'PoolPage'),
    page('/plans', () => import('../catalog/plans.tsx'), 'PlansPage'),
    page('/plans/new', () => import('../catalog/wizard.tsx'), 'NewPlanPage'),
    page('/plans/$id', () => import('../catalog/plan.tsx'), 'PlanPage'),
    page('/plans/$id/change', () => import('../catalog/wizard.tsx'), 'ChangePlanPage'),
    page('/zones', () => import('../catalog/zones.tsx'), 'ZonesPage'),
    page('/what-if', () => import('../insight/what-if.tsx'), 'WhatIfPage'),
    page('/messages', () => import('../commands/messages.tsx'), 'MessagesPage'),
    page('/sessions', () => import('../usage/sessions.tsx'), 'SessionsPage'),
    page('/usage', () => import('../usage/records.tsx'), 'UsagePage'),
    page('/corrections', () => import('../usage/corrections.tsx'), 'CorrectionsPage'),
    page('/unrated', () => import('../usage/unrated.tsx'), 'UnratedPage'),
    page('/telecoms', () => import('../carriers/telecoms.tsx'), 'TelecomsPage'),
    page('/telecoms/$id', () => import('../carriers/telecom.tsx'), 'TelecomPage'),
    page('/wallets', () => import('../ledger/wallets.tsx'), 'WalletsPage'),
    page('/wallets/$id', () => import('../ledger/wallet.tsx'), 'WalletPage'),
    page('/auto-refills', () => import('../autorefill/list.tsx'), 'AutoRefillsPage'),
    page('/pre-bills', () => import('../billing/pre-bills.tsx'), 'PreBillsPage'),
    page('/pre-bills/$id', () => import('../billing/pre-bill.tsx'), 'PreBillPage'),
    page('/invoices', () => import('../billing/invoices.tsx'), 'InvoicesPage'),
    page('/invoices/$id', () => import('../billing/invoice.tsx'), 'InvoicePage'),
    page('/wallet-adjustments', () => import('../ledger/adjustments.tsx'), 'AdjustmentsPage'),
    page('/revenue', () => import('../reports/revenue.tsx'), 'RevenuePage'),
    page('/receivables', () => import('../reports/receivables.tsx'), 'ReceivablesPage'),
    page('/transactions', () => import('../payments/transactions.tsx'), 'TransactionsPage'),
    page('/refunds', () => import('../payments/refunds.tsx'), 'RefundsPage'),
    page('/disputes', () => import('../payments/disputes.tsx'), 'DisputesPage'),
    page('/payment-notices', () => import('../payments/notices.tsx'), 'NoticesPage'),
    page('/companies', () => import('../tenancy/companies.tsx'), 'CompaniesPage'),
    page('/end-users', () => import('../tenancy/end-users.tsx'), 'EndUsersPage'),
    page('/team', () => import('../tenancy/team.tsx'), 'TeamPage'),
    page('/developers/api-keys', () => import('../developers/api-keys.tsx'), 'ApiKeysPage'),
    page('/developers/super-sim', () => import('../developers/super-sim.tsx'), 'SuperSimPage'),
    page('/developers/events', () => import('../developers/events.tsx'), 'EventsPage'),
    page('/developers/missed-reactions', () => import('../developers/missed.tsx'), 'MissedPage'),
    page('/developers/deliveries', () => import('../deliveries/deliveries.tsx'), 'DeliveriesPage'),
    page('/developers/event-sinks', () => import('../connections/sinks.tsx'), 'EventSinksPage'),
    page('/developers/event-sinks/$id', () => import('../connections/sink.tsx'), 'EventSinkPage'),
    page('/developers/clock', () => import('../developers/clock.tsx'), 'ClockPage'),
    page('/reminders', () => import('../reminders/reminders.tsx'), 'RemindersPage'),
    page('/mailings', () => import('../reminders/mailings.tsx'), 'MailingsPage'),
    page('/letters', () => import('../mail/letters.tsx'), 'LettersPage'),
    page('/audit-log', () => import('../tenancy/audit.tsx'), 'AuditPage'),
    page('/platform', () => import('../platform/platform.tsx'), 'PlatformPage'),
    page('/companies/$id/statement', () => import('../documents/statement.tsx'), 'StatementPage'),
    page('/invoicing', () => import('../documents/invoicing.tsx'), 'InvoicingPage'),
    page('/accounting', () => import('../accounting/accounting.tsx'), 'AccountingPage'),
    page('/accounting/log', () => import('../accounting/log.tsx'), 'AccountingLogPage'),
    page('/settings', () => import('../tenancy/settings.tsx'), 'SettingsPage'),
  ]),
]);

export const router = createRouter({
  routeTree: routes,
  defaultPreload: 'intent',
  defaultPreloadDelay: 60,
  defaultPreloadStaleTime: 0,
  scrollRestoration: true,
  scrollToTopSelectors: ['#main'],
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const entries = Object.entries(search).filter(([, value]) => value !== undefined && value !== '');
    // Commas and colons stay readable: the address is meant to be sent to a colleague.
    const text = new URLSearchParams(entries.map(([name, value]) => [name, String(value)])).toString();
    return text === '' ? '' : `?${text.replaceAll('%2C', ',').replaceAll('%3A', ':')}`;
  },
  // The server is not there yet, or slow: say so instead of showing nothing.
  defaultPendingMs: 1_000,
  defaultPendingComponent: Coming,
  defaultErrorComponent: Broken,
  defaultNotFoundComponent: NotFound,
});

whenSignedOut(() => {
  const { pathname, href } = router.state.location;
  if (pathname === '/sign-in') return;
  queryClient.clear();
  void router.navigate({ to: '/sign-in', search: { to: href } });
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
