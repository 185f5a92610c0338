import { type Api, openApi, type TestOrganization, type TestSim } from '../insight/testing.ts';
import * as inventory from '../inventory/index.ts';
import { atomically, raw, run } from '../kit/db.ts';
import { type Id, parsePublicId, publicId } from '../kit/ids.ts';
import * as operations from '../operations/index.ts';
import * as periods from '../periods/index.ts';
import * as tax from '../tax/index.ts';
import { createCompany } from '../tenancy/index.ts';
import { beginDueRuns, billingRoutes, billRun, settlementOfMany } from './index.ts';

export const mb = 1_000_000n;

/** The native routes with billing's, and a month that can be lived through. */
export async function openBilling() {
  const api: Api = await openApi();
  const { base } = await api.serve((http) => {
    billingRoutes(http);
    operations.operationRoutes(http, { bill_run: billRun, pre_bill_settlement: settlementOfMany });
  });
  const answer = async (method: string, path: string, key: string, body?: unknown) => {
    const response = await fetch(`${base}/api/v1/${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    // biome-ignore lint/suspicious/noExplicitAny: a test reads the body as it is on the wire.
    return { status: response.status, body: (text ? JSON.parse(text) : null) as any };
  };
  return {
    ...api,
    base,
    answer,
    /** An organization at 21 % VAT, with a plan that has a fee, an allowance and overage. */
    async seller(label: string, terms: Record<string, unknown> = {}) {
      const of: TestOrganization = await api.open(label);
      const ctx = () => api.as(of.organization);
      await tax.setRate(ctx(), of.organization.id, {
        category: 'S',
        ratePpm: 210_000,
        reason: '',
        validFrom: tax.taxDay(ctx(), api.now()),
      });
      const made = await api.send('POST', '/api/v1/plans', of.key, {
        ...{ name: 'Bundle', type: 'monthly_bundle', fee: '9.00', activationFee: '1.50', allowanceMb: '1' },
        ...{ overageSizeMb: '1', overagePrice: '0.125', billingStart: 'assignment', ...terms },
      });
      if (made.status !== 201) throw new Error(JSON.stringify(made.body));
      const planId: string = made.body.id;
      return {
        ...of,
        ctx,
        planId,
        call: (method: string, path: string, body?: unknown) => answer(method, path, of.key, body),
        /** A company with SIMs on the plan. */
        async company(
          name: string,
          count: number,
          more: { timeZone?: string } = {},
        ): Promise<{ id: Id; publicId: string; sims: TestSim[] }> {
          const { id } = await createCompany(ctx(), { name, ...more });
          const company = { id, publicId: publicId('company', id) };
          const sims = await api.stock(of, count);
          await inventory.register(
            ctx(),
            sims.map((sim) => sim.id),
            company.id,
          );
          await periods.assignPlan(
            ctx(),
            sims.map((sim) => sim.id),
            parsePublicId('plan', planId)!,
          );
          return { ...company, sims };
        },
        organizationId: async () => publicId('organization', of.organization.id),
        /** The pre-bill of all that a company has open now. */
        async collect(company: string): Promise<{ id: string; net: string; version: number }> {
          const made = await answer('POST', 'pre-bills', of.key, { companies: [company] });
          if (made.status !== 201 || made.body.items.length !== 1) throw new Error(JSON.stringify(made.body));
          return made.body.items[0];
        },
        async nothingToBill(company: string): Promise<boolean> {
          const made = await answer('POST', 'pre-bills', of.key, { companies: [company] });
          return made.status === 201 && made.body.items.length === 0;
        },
        /** What the ledger accounts of a company stand at. */
        async balances(company: { publicId: string }): Promise<Record<string, string>> {
          const { body } = await api.get(`/api/v1/ledger/accounts?company=${company.publicId}`, of.key);
          return Object.fromEntries(body.items.map((a: { kind: string; balance: string }) => [a.kind, a.balance]));
        },
        /** Usage of an instant that may be long ago, as a record. */
        async usedAt(at: string, sim: TestSim, bytes: bigint): Promise<void> {
          const record = {
            id: `record ${at} ${bytes}`,
            sim: sim.publicId,
            occurredAt: at,
            bytesUp: String(bytes),
            bytesDown: '0',
            plmn: '26202',
          };
          const told = await api.send('POST', '/api/v1/usage-records', of.key, { records: [record] });
          if (told.status !== 200 || told.body.results[0].outcome !== 'charged')
            throw new Error(JSON.stringify(told.body));
        },
        /** A statement as the application's own role: how many rows it touched, or why it may not. */
        async tries(text: string): Promise<number | string> {
          try {
            return await atomically(ctx(), (ctx) => run(ctx, raw(text)));
          } catch (error) {
            return (error as Error).message;
          }
        },
        /** Lets time pass to an instant, and what falls due roll over. */
        async to(at: string): Promise<void> {
          api.setNow(at);
          while ((await periods.rollAllDue(ctx(), 50)) > 0);
        },
        /** Bill runs that are due, to their end; at most `chunks` pieces of their work. Returns the pieces. */
        async bill(chunks = 1_000): Promise<number> {
          for (let worked = 0; ; ) {
            worked += await operations.advance(api.runtime, of.organization, { bill_run: billRun }, chunks - worked);
            if (worked >= chunks || (await beginDueRuns(ctx())) === 0) return worked;
          }
        },
        /** Settlements of many to their end; at most `chunks` pieces of their work. Returns the pieces. */
        settle: (chunks = 1_000) =>
          operations.advance(api.runtime, of.organization, { pre_bill_settlement: settlementOfMany }, chunks),
        /** The newest operation, as everybody sees it. */
        operation: async () => (await answer('GET', 'operations?limit=1', of.key)).body.items[0],
        /** All pre-bills, the oldest first. */
        async preBills(query = '') {
          // biome-ignore lint/suspicious/noExplicitAny: a test reads it as it is on the wire.
          return (await answer('GET', `pre-bills?limit=200${query}`, of.key)).body.items.sort(byNumber) as any[];
        },
      };
    },
  };
}

const byNumber = (a: { number: string }, b: { number: string }) => (a.number < b.number ? -1 : 1);
