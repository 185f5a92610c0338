import type { Accountant } from '../accounting/index.ts';
import { lookAtDue } from '../autorefill/index.ts';
import { beginDueRuns } from '../billing/index.ts';
import * as carriers from '../carriers/index.ts';
import { type Charger, reviewPools } from '../charging/index.ts';
import { carryIp, carrySms, type IpHands, sweepIp } from '../commands/index.ts';
import * as connections from '../connections/index.ts';
import * as deliveries from '../deliveries/index.ts';
import * as inventory from '../inventory/index.ts';
import { contextFor, type Organization, type Runtime, systemActor } from '../kit/ctx.ts';
import { forgetOldKeys } from '../kit/http/once.ts';
import type { LivePokes } from '../kit/live.ts';
import { makeUpForMissed } from '../kit/missed.ts';
import { openRelay } from '../kit/relay.ts';
import * as ledger from '../ledger/index.ts';
import * as mail from '../mail/index.ts';
import * as operations from '../operations/index.ts';
import * as payments from '../payments/index.ts';
import * as periods from '../periods/index.ts';
import { orderProfiles, updateSettings } from '../provisioning/index.ts';
import * as receivables from '../receivables/index.ts';
import * as reminders from '../reminders/index.ts';
import * as reports from '../reports/index.ts';
import { eventWire, signDelivery } from '../supersim/index.ts';
import * as tax from '../tax/index.ts';
import * as tenancy from '../tenancy/index.ts';
import * as usage from '../usage/index.ts';
import { loop } from './loop.ts';
import { operationKinds } from './operations.ts';
import { purposes } from './purposes.ts';
import { runToQuiet } from './quiet.ts';
import { react } from './reactions.ts';

export type Worker = {
  /** Everything that is due now, until nothing is: relay, rollover, inbox, carriers. Bounded. */
  runToQuiet(): Promise<void>;
  stop(): Promise<void>;
};

export type WorkerDeps = {
  runtime: Runtime;
  charger: Charger;
  live: LivePokes;
  hands: carriers.Hands;
  guard: deliveries.Guard;
  /** Null: no mail server is set. */
  mailServer: ReturnType<typeof mail.openSmtp> | null;
  doors: payments.Doors;
  vies: tax.Vies;
  accountant: Accountant;
  ipHands: IpHands;
  letters: reminders.Hands;
};

/** Chunks of one turn, so that one organization's backlog does not keep the others waiting. */
const rollChunks = 50;

/** The same for operations: a second or two. */
const operationChunks = 10;

/** Months of a report counted in one turn: some seconds at a million lines. */
const monthsAtOnce = 3;

/** The same for pools at their limit: some seconds. */
const reviewPieces = 50;

/** The loops that keep the world moving. Each names one organization at a time and can be stopped at any moment. */
export function startWorker(deps: WorkerDeps): Worker {
  const { runtime, charger, live, hands, guard, doors, vies, accountant, ipHands, letters } = deps;
  const relay = openRelay({ react, live });
  const everyOrganization = (work: (organization: Organization) => Promise<unknown>) => async () => {
    for (const organization of await tenancy.listOrganizations(runtime)) {
      try {
        await work(organization);
      } catch (error) {
        runtime.log.error({ err: error, organization: organization.id }, 'work of an organization failed');
      }
    }
  };

  const roll = (organization: Organization) => rollAllDue(runtime, organization, rollChunks);
  const reconcile = (organization: Organization) => carriers.reconcile(runtime, organization, hands);
  const carryTexts = (organization: Organization) =>
    carrySms(runtime, organization, { connectorFor: hands.connectorFor, charger });
  const sender = deliveries.openSender({ guard, sign: signDelivery });
  const deliver = (organization: Organization) => sender.sendDue(runtime, organization);
  const mailing = mail.openSender(deps.mailServer);
  const gather = (organization: Organization) => connections.sendBatches(runtime, organization, eventWire);
  const drain = (organization: Organization) => charger.drainInbox(organization.id);
  const holdPools = (organization: Organization) =>
    reviewPools(system(runtime, organization, 'pool limits'), reviewPieces);
  const holdWallets = (organization: Organization) => periods.reviewWallets(system(runtime, organization, 'wallets'));
  const paying = { hands: purposes, doors };
  const carrier = payments.openCarrier(paying);
  const pay = async (organization: Organization) => {
    await payments.tellNotices(runtime, organization, doors);
    await payments.drainNotices(runtime, organization, paying);
    await carrier.carryDue(runtime, organization);
  };
  const refill = (organization: Organization) => lookAtDue(runtime, organization, purposes);
  const remind = async (organization: Organization) => {
    await reminders.lookAtDue(system(runtime, organization, 'reminders'));
    await reminders.writeDue(runtime, organization, letters);
  };
  const place = (organization: Organization) => relay(runtime, organization);

  const sending = loop('deliveries', 200, runtime.log, everyOrganization(deliver));
  const loops = [
    loop('relay', 200, runtime.log, everyOrganization(place)),
    loop(
      'missed_reactions',
      5_000,
      runtime.log,
      everyOrganization((o) => makeUpForMissed(runtime, o, react)),
    ),
    loop('rollover', 1_000, runtime.log, async () => {
      let most = 0;
      await everyOrganization(async (organization) => {
        most = Math.max(most, await roll(organization));
      })();
      // Somebody has more due than one turn takes: the next turn follows at once.
      return most >= rollChunks * periods.rolledAtOnce ? 'again' : 'done';
    }),
    loop('wallets', 200, runtime.log, everyOrganization(holdWallets)),
    loop(
      'wallet_ends',
      1_000,
      runtime.log,
      everyOrganization((o) => ledger.endDue(system(runtime, o, 'wallets'))),
    ),
    loop('reconciler', 300, runtime.log, everyOrganization(reconcile)),
    loop('sms_commands', 200, runtime.log, everyOrganization(carryTexts)),
    loop(
      'connection_events',
      250,
      runtime.log,
      everyOrganization(async (o) => {
        if ((await gather(o)) > 0) sending.poke();
      }),
    ),
    loop(
      'esim_profiles',
      500,
      runtime.log,
      everyOrganization((o) => orderProfiles(runtime, o, hands)),
    ),
    loop(
      'settings_updates',
      1_000,
      runtime.log,
      everyOrganization((o) => updateSettings(runtime, o, hands)),
    ),
    loop(
      'connection_sweep',
      600_000,
      runtime.log,
      everyOrganization((o) => connections.sweepEvents(() => system(runtime, o, 'connections'))),
    ),
    loop(
      'ip_commands',
      200,
      runtime.log,
      everyOrganization((o) => carryIp(runtime, o, ipHands)),
    ),
    loop(
      'ip_command_sweep',
      3_600_000,
      runtime.log,
      everyOrganization((o) => sweepIp(system(runtime, o, 'ip commands'))),
    ),
    sending,
    loop(
      'delivery_sweep',
      3_600_000,
      runtime.log,
      everyOrganization((o) => deliveries.sweep(system(runtime, o, 'deliveries'))),
    ),
    loop(
      'mail',
      500,
      runtime.log,
      everyOrganization((o) => mailing.sendDue(runtime, o)),
    ),
    loop('reminders', 2_000, runtime.log, everyOrganization(remind)),
    loop(
      'prepaid_reminders',
      60_000,
      runtime.log,
      everyOrganization((o) => reminders.lookAtPrepaid(system(runtime, o, 'reminders'))),
    ),
    loop(
      'link_sweep',
      3_600_000,
      runtime.log,
      everyOrganization((o) => tenancy.sweepLinks(system(runtime, o, 'sign-in'))),
    ),
    loop(
      'invoice_link_sweep',
      3_600_000,
      runtime.log,
      everyOrganization((o) => receivables.sweepLinks(system(runtime, o, 'links to invoices'))),
    ),
    loop(
      'mail_sweep',
      600_000,
      runtime.log,
      everyOrganization((o) => mail.sweep(system(runtime, o, 'mail'))),
    ),
    loop('pool_limits', 200, runtime.log, everyOrganization(holdPools)),
    loop('payments', 200, runtime.log, everyOrganization(pay)),
    loop('auto_refills', 200, runtime.log, everyOrganization(refill)),
    loop('inbox', 1_000, runtime.log, everyOrganization(drain)),
    loop(
      'sessions',
      60_000,
      runtime.log,
      everyOrganization((o) => usage.sweepStaleSessions(system(runtime, o, 'sessions'), 1000)),
    ),
    loop(
      'partitions',
      3_600_000,
      runtime.log,
      everyOrganization((o) => tenancy.ensureUsagePartitions(runtime, o)),
    ),
    loop(
      'counts',
      10_000,
      runtime.log,
      everyOrganization((o) => inventory.foldCounts(system(runtime, o, 'counts'))),
    ),
    loop(
      'bill_runs',
      5_000,
      runtime.log,
      everyOrganization((o) => beginDueRuns(system(runtime, o, 'bill runs'))),
    ),
    loop('operations', 300, runtime.log, async () => {
      let most = 0;
      await everyOrganization(async (organization) => {
        most = Math.max(most, await operations.advance(runtime, organization, operationKinds, operationChunks));
      })();
      return most >= operationChunks ? 'again' : 'done';
    }),
    loop(
      'operation_sweep',
      60_000,
      runtime.log,
      everyOrganization((o) => operations.sweep(system(runtime, o, 'operations'), operations.abandonedMs)),
    ),
    loop(
      'vat_checks',
      1_000,
      runtime.log,
      everyOrganization((o) => tax.carryChecks(runtime, o, vies)),
    ),
    loop(
      'accounting',
      500,
      runtime.log,
      everyOrganization((o) => accountant.carry(runtime, o)),
    ),
    loop('reports', 30_000, runtime.log, async () => {
      let most = 0;
      await everyOrganization(async (organization) => {
        most = Math.max(most, await reports.countDueMonths(system(runtime, organization, 'reports'), monthsAtOnce));
      })();
      return most >= monthsAtOnce ? 'again' : 'done';
    }),
    loop(
      'idempotency',
      3_600_000,
      runtime.log,
      everyOrganization((o) => forgetOldKeys(system(runtime, o, 'idempotency'))),
    ),
  ];

  return {
    async runToQuiet() {
      for (let round = 0; round < 100; round++) {
        let worked = 0;
        await everyOrganization(async (organization) => {
          worked += await drain(organization);
          await runToQuiet(runtime, organization, relay);
        })();
        if (worked === 0) return;
      }
    },
    async stop() {
      await Promise.all(loops.map((l) => l.stop()));
      await Promise.all([sender.settle(), carrier.settle(), mailing.settle(), accountant.settle()]);
    },
  };
}

/** Rolls an organization's due periods, at most `chunks` chunks of them. Returns how many periods it rolled. */
export async function rollAllDue(runtime: Runtime, organization: Organization, chunks: number): Promise<number> {
  return periods.rollAllDue(system(runtime, organization, 'rollover'), chunks);
}

function system(runtime: Runtime, organization: Organization, name: string) {
  return contextFor(runtime, organization, systemActor(name));
}
