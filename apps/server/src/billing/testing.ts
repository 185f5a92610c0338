import { type Api, openApi, type TestOrganization, type TestSim } from '../insight/testing.ts';
import * as inventory from '../inventory/index.ts';
import { type Id, parsePublicId } from '../kit/ids.ts';
import * as periods from '../periods/index.ts';
import * as tax from '../tax/index.ts';
import { billingRoutes } from './index.ts';

export const mb = 1_000_000n;

/** The native routes with billing's, and a month that can be lived through. */
export async function openBilling() {
  const api: Api = await openApi();
  const { base } = await api.serve((http) => billingRoutes(http));
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
          plan = planId,
        ): Promise<{ id: Id; publicId: string; sims: TestSim[]; key: string }> {
          const company = await api.company(of, { name });
          const sims = await api.stock(of, count);
          await inventory.register(
            ctx(),
            sims.map((sim) => sim.id),
            company.id,
          );
          await periods.assignPlan(
            ctx(),
            sims.map((sim) => sim.id),
            parsePublicId('plan', plan)!,
          );
          return { ...company, sims };
        },
        /** Lets time pass to an instant, and what falls due roll over. */
        async to(at: string): Promise<void> {
          api.setNow(at);
          while ((await periods.rollAllDue(ctx(), 50)) > 0);
        },
      };
    },
  };
}
