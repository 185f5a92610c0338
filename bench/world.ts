import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boot } from '../apps/server/src/app/boot.ts';
import * as carriers from '../apps/server/src/carriers/index.ts';
import * as catalog from '../apps/server/src/catalog/index.ts';
import * as inventory from '../apps/server/src/inventory/index.ts';
import { contextFor, systemActor } from '../apps/server/src/kit/ctx.ts';
import { openDatabase } from '../apps/server/src/kit/db.ts';
import { createLog } from '../apps/server/src/kit/log.ts';
import * as periods from '../apps/server/src/periods/index.ts';
import { roster } from '../apps/server/src/simulated/index.ts';
import * as tenancy from '../apps/server/src/tenancy/index.ts';

export const secret = 'bench-secret';

/** A running product with `sims` active SIMs at one network, and nothing else on it. */
export async function openBench(sims: number) {
  const home = mkdtempSync(join(tmpdir(), 'simwright-bench-'));
  const running = await boot(
    {
      home,
      host: '127.0.0.1',
      port: 0,
      publicUrl: 'http://127.0.0.1',
      databaseUrl: null,
      radius: { host: '127.0.0.1', authPort: 0, acctPort: 0 },
      demo: false,
      logLevel: 'error',
    },
    { console: false, log: createLog('error') },
  );
  const { runtime } = running;
  const owner = openDatabase(running.urls.owner, 1);
  const { organization } = await tenancy.createOrganization(
    { ...runtime, database: owner },
    { name: 'Bench', currency: 'EUR' },
  );
  await owner.pool.end();
  const ctx = () => contextFor(runtime, organization, systemActor('bench'));
  await catalog.createPlan(ctx(), {
    name: 'Super SIM',
    superSimDefault: true,
    terms: catalog.defaultSuperSimTerms('EUR', 1000),
  });
  const telecom = await carriers.createTelecom(ctx(), { name: 'Bench network', connector: 'radius' });
  const nas = await carriers.createNas(ctx(), {
    telecomId: telecom.id,
    name: 'bench-pgw',
    sourceRange: '127.0.0.1/32',
    secret,
    coaHost: '127.0.0.1',
    coaPort: 3799,
    requireMessageAuthenticator: false,
    noGigawords: false,
  });
  await running.directory.refresh();
  const profile = await inventory.createProfile(ctx(), { companyId: null });
  const fleet = await inventory.createFleet(ctx(), {
    companyId: null,
    networkAccessProfileId: profile.id,
    dataLimitMb: 2_000_000n,
  });
  const devices = roster('bench', sims);
  const ids: string[] = [];
  for (let from = 0; from < sims; from += 1000) {
    const added = await inventory.addSims(
      ctx(),
      devices.slice(from, from + 1000).map(({ iccid, imsi }) => ({
        telecomId: telecom.id,
        iccid,
        imsi,
        msisdn: null,
        eid: null,
        iccidCheckDigit: 'ok' as const,
        form: 'physical' as const,
      })),
    );
    ids.push(...added.map((sim) => sim.id!));
  }
  await inventory.register(ctx(), ids, null);
  for (const id of ids) await inventory.updateSim(ctx(), id, { fleetId: fleet.id });
  for (let from = 0; from < ids.length; from += 1000) await periods.activate(ctx(), ids.slice(from, from + 1000));
  await running.worker.runToQuiet();
  return {
    running,
    organization,
    telecomId: telecom.id,
    nasId: nas.id,
    devices,
    async close() {
      await running.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

export type Bench = Awaited<ReturnType<typeof openBench>>;
