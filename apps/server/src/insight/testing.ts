import { luhnDigit } from '@simwright/measure';
import * as carriers from '../carriers/index.ts';
import * as catalog from '../catalog/index.ts';
import { type Charger, chargingRoutes, openCharger } from '../charging/index.ts';
import * as inventory from '../inventory/index.ts';
import type { Organization } from '../kit/ctx.ts';
import type { Id } from '../kit/ids.ts';
import { publicId } from '../kit/ids.ts';
import { openRelay } from '../kit/relay.ts';
import { ledgerRoutes } from '../ledger/index.ts';
import { isUnderWay } from '../payments/index.ts';
import { freeing, openPools, periodRoutes } from '../periods/index.ts';
import { poolRoutes } from '../pools/index.ts';
import { createCompany, type NewCompany } from '../tenancy/index.ts';
import { type Answer, call, tenancyWorld } from '../tenancy/testing.ts';
import { usageRoutes } from '../usage/index.ts';
import { aboutTransfers, insightRoutes, poolView, simView } from './index.ts';

/** An organization with a telecom, a NAS, a default plan and the keys of people who call. */
export type TestOrganization = {
  organization: Organization;
  telecomId: Id;
  nasId: Id;
  key: string;
};

export type TestSim = { id: Id; publicId: string; iccid: string; imsi: string; code: string };

/** Every room's native routes on one socket, over a database of its own. The clock stands until it is moved. */
export async function openApi() {
  let now = new Date('2026-03-15T10:30:00Z');
  let serial = 0;
  const world = await tenancyWorld({ now: () => now });
  const charger: Charger = await openCharger({
    ingestUrl: world.urls.ingest,
    database: world.runtime.database,
    clock: world.runtime.clock,
    log: world.runtime.log,
  });
  const { http, base } = await world.serve((http) => {
    catalog.catalogRoutes(http, { simsOn: inventory.countByPlan });
    inventory.inventoryRoutes(http, simView);
    poolRoutes(http, { ...poolView, open: openPools });
    periodRoutes(http, simView);
    usageRoutes(http);
    chargingRoutes(http, charger);
    ledgerRoutes(http, { freeing, about: aboutTransfers, isUnderWay });
    insightRoutes(http);
  });
  const relay = openRelay({ react: async () => {}, live: null });

  return {
    ...world,
    http,
    base,
    charger,
    now: () => now,
    setNow(at: string) {
      now = new Date(at);
    },
    pass(seconds: number) {
      now = new Date(now.getTime() + seconds * 1000);
    },

    async open(label: string): Promise<TestOrganization> {
      const { organization } = await world.organization(label);
      const ctx = world.as(organization);
      serial += 1;
      await catalog.createPlan(ctx, {
        name: 'Super SIM',
        superSimDefault: true,
        terms: catalog.defaultSuperSimTerms('EUR', 1000),
      });
      const telecom = await carriers.createTelecom(ctx, { name: 'Core network', connector: 'radius' });
      const nas = await carriers.createNas(ctx, {
        telecomId: telecom.id,
        name: 'pgw',
        sourceRange: `10.${serial}.0.0/24`,
        secret: 'a secret of a test',
        coaHost: `10.${serial}.0.1`,
      });
      return { organization, telecomId: telecom.id, nasId: nas.id, key: await world.key(organization) };
    },

    async company(of: TestOrganization, input: NewCompany): Promise<{ id: Id; publicId: string; key: string }> {
      const { id } = await createCompany(world.as(of.organization), input);
      return { id, publicId: publicId('company', id), key: await world.key(of.organization, { companyId: id }) };
    },

    async stock(of: TestOrganization, count: number): Promise<TestSim[]> {
      serial += 1;
      const wanted = Array.from({ length: count }, (_, i) => {
        const body = `8988307${String(serial * 1000 + i).padStart(11, '0')}`;
        return {
          telecomId: of.telecomId,
          iccid: body + luhnDigit(body),
          iccidCheckDigit: 'ok' as const,
          imsi: `90170${String(serial * 1000 + i).padStart(10, '0')}`,
          msisdn: null,
          eid: null,
          form: 'physical' as const,
        };
      });
      const added = await inventory.addSims(world.as(of.organization), wanted);
      // What comes next is later: no two things of a test happen in one instant by accident.
      now = new Date(now.getTime() + 1000);
      return added.map((sim, i) => ({
        id: sim.id!,
        publicId: publicId('sim', sim.id!),
        iccid: sim.iccid,
        imsi: wanted[i]!.imsi,
        code: sim.registrationCode!,
      }));
    },

    /** A fleet for SIMs to be in, on the default plan. */
    async fleet(of: TestOrganization, limitMb = 1000n, companyId: Id | null = null): Promise<string> {
      const ctx = world.as(of.organization);
      const profile = await inventory.createProfile(ctx, { companyId });
      const input = { companyId, networkAccessProfileId: profile.id, dataLimitMb: limitMb };
      return publicId('fleet', (await inventory.createFleet(ctx, input)).id);
    },

    /** A session update as the network sends it: cumulative totals of a session. */
    async use(
      of: TestOrganization,
      sim: { imsi: string },
      totals: { up?: bigint; down?: bigint; kind?: 'start' | 'update' | 'stop'; session?: string; plmn?: string },
    ): Promise<void> {
      await charger.receive({
        organizationId: of.organization.id,
        ...{ kind: totals.kind ?? 'update', nasId: of.nasId, telecomId: of.telecomId },
        sessionKey: totals.session ?? `session of ${sim.imsi}`,
        acctSessionId: totals.session ?? 'a session',
        ...{ chargingId: null, imsi: sim.imsi, plmn: totals.plmn ?? '26202', rat: 'EUTRAN', apn: 'super' },
        ...{ framedIp: '100.64.0.1', imei: null, up: totals.up ?? 0n, down: totals.down ?? 0n },
        ...{ hasGigawords: true, noGigawords: false, sessionTime: null },
        terminateCause: totals.kind === 'stop' ? 1 : null,
        ...{ eventTime: now, receivedAt: now },
      });
    },

    /** Gives events their places, which the product's worker does. */
    place: (of: TestOrganization) => relay(world.runtime, of.organization),

    get: (path: string, key: string): Promise<Answer> => call(base, 'GET', path, { key }),
    send: (method: string, path: string, key: string, body?: unknown): Promise<Answer> =>
      call(base, method, path, { key, body }),

    async close() {
      await charger.close();
      await world.close();
    },
  };
}

export type Api = Awaited<ReturnType<typeof openApi>>;
