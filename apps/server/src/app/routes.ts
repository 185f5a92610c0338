import { accountingRoutes, openBooks } from '../accounting/index.ts';
import { autoRefillRoutes } from '../autorefill/index.ts';
import { billingRoutes, documentOf } from '../billing/index.ts';
import * as carriers from '../carriers/index.ts';
import { catalogRoutes } from '../catalog/index.ts';
import { chargingRoutes, type RecordIntake } from '../charging/index.ts';
import { commandRoutes } from '../commands/index.ts';
import { connectionRoutes } from '../connections/index.ts';
import { deliveryRoutes } from '../deliveries/index.ts';
import { documentRoutes } from '../documents/index.ts';
import { aboutTransfers, insightRoutes, poolView, simView, transactionView } from '../insight/index.ts';
import * as inventory from '../inventory/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import type { Http } from '../kit/http/app.ts';
import type { Id } from '../kit/ids.ts';
import type { LiveFeed, LivePokes } from '../kit/live.ts';
import { ledgerRoutes } from '../ledger/index.ts';
import { letterRoutes } from '../mail/index.ts';
import { operationRoutes } from '../operations/index.ts';
import { isUnderWay, openDoors, paymentRoutes, payPages } from '../payments/index.ts';
import { freeing, openPools, periodRoutes } from '../periods/index.ts';
import { platformRoutes } from '../platform/index.ts';
import { poolRoutes } from '../pools/index.ts';
import { provisioningRoutes } from '../provisioning/index.ts';
import { linkPages, onAccount, receivableRoutes } from '../receivables/index.ts';
import { reminderRoutes } from '../reminders/index.ts';
import { reportRoutes } from '../reports/index.ts';
import { statementRoutes } from '../statements/index.ts';
import { eventWire, superSimRoutes } from '../supersim/index.ts';
import { taxRoutes } from '../tax/index.ts';
import { type Authentication, getOrganization, tenancyRoutes } from '../tenancy/index.ts';
import { transactionRoutes } from '../transactions/index.ts';
import { usageRoutes } from '../usage/index.ts';
import { clockRoutes } from './clock.ts';
import { mayArchive } from './companies.ts';
import { operationKinds } from './operations.ts';
import { purposes } from './purposes.ts';
import { receiptOf, walletReceiptOf } from './receipts.ts';

/** Every room's routes on the one server; the Super SIM edge speaks its own forms in a scope of its own. */
export function mountRoutes(
  http: Http,
  authentication: Authentication,
  live: LiveFeed | undefined,
  pokes: LivePokes | null,
  charger: RecordIntake,
  xeroApi: URL | null = null,
): void {
  tenancyRoutes(http, authentication, { live, visibleLines, mayArchive });
  carriers.carrierRoutes(http, {
    linesOf: (ctx, telecomId) => inventory.countSims(ctx, { telecomId }),
    mustSee: (ctx, lineId) => inventory.getSim(ctx, lineId),
  });
  catalogRoutes(http, { simsOn: inventory.countByPlan });
  inventory.inventoryRoutes(http, simView);
  operationRoutes(http, operationKinds);
  poolRoutes(http, { ...poolView, open: openPools });
  periodRoutes(http, simView);
  usageRoutes(http);
  chargingRoutes(http, charger);
  ledgerRoutes(http, { freeing, about: aboutTransfers, isUnderWay });
  taxRoutes(http);
  statementRoutes(http);
  documentRoutes(http, { documentOf, receiptOf, walletReceiptOf });
  const doors = openDoors(http.deps.publicUrl);
  paymentRoutes(http, purposes, doors);
  billingRoutes(http, onAccount);
  transactionRoutes(http, transactionView);
  autoRefillRoutes(http);
  receivableRoutes(http);
  reminderRoutes(http);
  accountingRoutes(
    http,
    openBooks(() => http.deps.runtime.clock.now(), xeroApi),
  );
  reportRoutes(http);
  insightRoutes(http);
  commandRoutes(http);
  deliveryRoutes(http);
  letterRoutes(http);
  connectionRoutes(http, eventWire);
  provisioningRoutes(http);
  clockRoutes(http, pokes);
  platformRoutes(http);
  http.fastify.register(
    payPages({
      runtime: http.deps.runtime,
      doors,
      limiter: http.limiter,
      findOrganization: (id) => getOrganization(http.deps.runtime, id),
    }),
  );
  http.fastify.register(
    linkPages({
      runtime: http.deps.runtime,
      hands: purposes,
      findOrganization: (id) => getOrganization(http.deps.runtime, id),
    }),
  );
  http.fastify.register(
    superSimRoutes({
      runtime: http.deps.runtime,
      publicUrl: http.deps.publicUrl,
      limiter: http.limiter,
      authenticate: (header) => authentication.authenticateAccount(header),
    }),
  );
}

/** Which of these lines the caller may hear of: a company's staff only its own. */
async function visibleLines(ctx: Ctx, lineIds: Id[]): Promise<Id[]> {
  return (await inventory.listSims(ctx, { ids: lineIds }, { limit: lineIds.length })).map((sim) => sim.id);
}
