import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAsked } from '../../src/app/import/asked.ts';
import { importSuperSim } from '../../src/app/import/index.ts';
import * as carriers from '../../src/carriers/index.ts';
import * as catalog from '../../src/catalog/index.ts';
import * as inventory from '../../src/inventory/index.ts';
import { type Ctx, contextFor, type Runtime, systemActor } from '../../src/kit/ctx.ts';
import type { Database } from '../../src/kit/db.ts';
import type { Id } from '../../src/kit/ids.ts';
import * as tenancy from '../../src/tenancy/index.ts';
import type { Card } from './source.ts';

/** An organization that an account is to come into: with a plan and a telecom, and nothing else. */
export async function openTarget(
  runtime: Runtime,
  owner: Database,
  name: string,
  connector: 'radius' | 'simulated' = 'radius',
) {
  const made = await tenancy.createOrganization(
    { ...runtime, database: owner },
    { name, currency: 'EUR', sandbox: true },
  );
  const read = async () => (await tenancy.getOrganization(runtime, made.organization.id))!;
  const ctx = (organization = made.organization): Ctx => contextFor(runtime, organization, systemActor('test'));
  await catalog.createPlan(ctx(), {
    ...{ name: 'Super SIM', superSimDefault: true },
    terms: catalog.defaultSuperSimTerms('EUR', 1000),
  });
  const telecom = await carriers.createTelecom(ctx(), { name: 'Core network', connector });
  const folder = mkdtempSync(join(tmpdir(), 'simwright-takeover-'));
  const said: string[] = [];
  return {
    ...made,
    telecom,
    folder,
    /** What the last command said. */
    said,
    ctx: async () => ctx(await read()),
    /** SIMs into stock, as its telecom has handed them in. */
    async stock(cards: Pick<Card, 'iccid' | 'imsi'>[], companyId?: Id): Promise<void> {
      for (let at = 0; at < cards.length; at += 500) {
        const sims = cards.slice(at, at + 500).map(({ iccid, imsi }) => ({
          ...{ telecomId: telecom.id, iccid, imsi, msisdn: null, eid: null, form: 'physical' as const },
          ...{ iccidCheckDigit: 'ok' as const, companyId },
        }));
        await inventory.addSims(ctx(), sims);
      }
    },
    /** `simwright import supersim …`, in this process; returns what it said. */
    async command(args: string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
      said.length = 0;
      const tools = { runtime, env, say: (text: string) => said.push(text), progress: () => {} };
      const asked = readAsked([...args, '--organization', name, '--report', join(folder, 'report.csv')]);
      await importSuperSim({ ...tools, signal: new AbortController().signal }, asked);
      return said.join('\n');
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export type Target = Awaited<ReturnType<typeof openTarget>>;
