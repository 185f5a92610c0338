import { type Decimal, formatDecimal, parseDecimal } from '@simwright/measure';
import { assert } from '../../kit/assert.ts';
import { bigintAsText } from '../../kit/audit.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { join, nothing, rows, run, type Sql, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import type { PlanVersion, Pricing, Rate, Tier } from '../model.ts';

type VersionRow = Omit<PlanVersion, 'pricePerMb' | 'tiers' | 'rates' | 'refills'> & {
  pricePerMb: string | null;
  tiers: { upToBytes: string | null; pricePerMb: string }[] | null;
  rates: StoredRate[];
  refills: { id: string; amountBytes: string; priceMicros: string }[];
};

const versionColumns = sql`id, plan_id, version, type, currency, mb_bytes, fee_micros, activation_fee_micros,
  price_per_mb::text, tiers, increment_bytes, allowance_bytes, overage_size_bytes, overage_price_micros, data_limit_bytes,
  prorated, billing_start, payment_type, ready_exit_bytes, ready_exit_commands, ready_exit_months, rates, zones, refills,
  validity_days, recurring_scope, fair_use_bytes, throttle_kbps, created_at`;

export async function insertVersion(ctx: Ctx, v: PlanVersion): Promise<void> {
  const tiers = v.tiers?.map((t) => ({
    upToBytes: t.upToBytes?.toString() ?? null,
    pricePerMb: formatDecimal(t.pricePerMb),
  }));
  await run(
    ctx,
    sql`/* catalog.insert_version */ insert into plan_versions
          (organization_id, id, plan_id, version, type, currency, mb_bytes, fee_micros, activation_fee_micros, price_per_mb,
           tiers, increment_bytes, allowance_bytes, overage_size_bytes, overage_price_micros, data_limit_bytes, prorated,
           billing_start, payment_type, ready_exit_bytes, ready_exit_commands, ready_exit_months, rates, zones, refills,
           validity_days, recurring_scope, fair_use_bytes, throttle_kbps, created_at)
        values (${ctx.organization.id}, ${v.id}, ${v.planId}, ${v.version}, ${v.type}, ${v.currency}, ${v.mbBytes},
           ${v.feeMicros}, ${v.activationFeeMicros}, ${v.pricePerMb ? formatDecimal(v.pricePerMb) : null}::numeric,
           ${tiers ? JSON.stringify(tiers) : null}::jsonb, ${v.incrementBytes}, ${v.allowanceBytes}, ${v.overageSizeBytes},
           ${v.overagePriceMicros}, ${v.dataLimitBytes}, ${v.prorated}, ${v.billingStart}, ${v.paymentType},
           ${v.readyExitBytes}, ${v.readyExitCommands}, ${v.readyExitMonths}, ${JSON.stringify(v.rates.map(storedRate))}::jsonb,
           ${JSON.stringify(v.zones)}::jsonb, ${JSON.stringify(v.refills, bigintAsText)}::jsonb, ${v.validityDays},
           ${v.recurringScope}, ${v.fairUseBytes}, ${v.throttleKbps}, ${v.createdAt})`,
  );
}

export async function listVersions(
  ctx: Ctx,
  wanted: { ids?: Id[]; planIds?: Id[]; latest?: boolean; before?: number; limit?: number },
): Promise<PlanVersion[]> {
  const conditions: Sql[] = [sql`organization_id = ${ctx.organization.id}`];
  if (wanted.ids) conditions.push(sql`id = any(${wanted.ids}::uuid[])`);
  if (wanted.planIds) conditions.push(sql`plan_id = any(${wanted.planIds}::uuid[])`);
  if (wanted.before) conditions.push(sql`version < ${wanted.before}`);
  const found = await rows<VersionRow>(
    ctx,
    sql`/* catalog.list_versions */ select ${wanted.latest ? sql`distinct on (plan_id)` : nothing} ${versionColumns}
          from plan_versions where ${join(conditions)} order by plan_id, version desc
          ${wanted.limit ? sql`limit ${wanted.limit}` : nothing}`,
  );
  return found.map(fromRow);
}

function fromRow(row: VersionRow): PlanVersion {
  return {
    ...row,
    pricePerMb: row.pricePerMb === null ? null : decimal(row.pricePerMb),
    tiers:
      row.tiers?.map(
        (tier): Tier => ({
          upToBytes: tier.upToBytes === null ? null : BigInt(tier.upToBytes),
          pricePerMb: decimal(tier.pricePerMb),
        }),
      ) ?? null,
    rates: row.rates.map(fromStoredRate),
    refills: row.refills.map(({ id, amountBytes, priceMicros }) => ({
      id,
      amountBytes: BigInt(amountBytes),
      priceMicros: BigInt(priceMicros),
    })),
  };
}

/** JSON keeps a bigint and a decimal as text. */
type StoredPricing =
  | { model: 'flat'; amountMicros: string }
  | { model: 'per_unit'; price: string; increment: string | null }
  | {
      model: 'graduated' | 'volume';
      steps: { upTo: string | null; price: string }[];
      increment: string | null;
    }
  | { model: 'package'; size: string; priceMicros: string };
type StoredRate = { service: Rate['service']; zoneId: Id | null; pricing: StoredPricing };

function storedRate({ service, zoneId, pricing }: Rate): StoredRate {
  return { service, zoneId, pricing: storedPricing(pricing) };
}

function storedPricing(pricing: Pricing): StoredPricing {
  switch (pricing.model) {
    case 'flat':
      return { model: 'flat', amountMicros: String(pricing.amountMicros) };
    case 'package':
      return { model: 'package', size: String(pricing.size), priceMicros: String(pricing.priceMicros) };
    case 'per_unit':
      return { model: 'per_unit', price: formatDecimal(pricing.price), increment: textOf(pricing.increment) };
    default:
      return {
        model: pricing.model,
        steps: pricing.steps.map(({ upTo, price }) => ({ upTo: textOf(upTo), price: formatDecimal(price) })),
        increment: textOf(pricing.increment),
      };
  }
}

function fromStoredRate({ service, zoneId, pricing }: StoredRate): Rate {
  return { service, zoneId, pricing: fromStoredPricing(pricing) };
}

function fromStoredPricing(stored: StoredPricing): Pricing {
  switch (stored.model) {
    case 'flat':
      return { model: 'flat', amountMicros: BigInt(stored.amountMicros) };
    case 'package':
      return { model: 'package', size: BigInt(stored.size), priceMicros: BigInt(stored.priceMicros) };
    case 'per_unit':
      return { model: 'per_unit', price: decimal(stored.price), increment: bigintOf(stored.increment) };
    default:
      return {
        model: stored.model,
        steps: stored.steps.map(({ upTo, price }) => ({ upTo: bigintOf(upTo), price: decimal(price) })),
        increment: bigintOf(stored.increment),
      };
  }
}

function textOf(value: bigint | null): string | null {
  return value === null ? null : value.toString();
}

function bigintOf(text: string | null): bigint | null {
  return text === null ? null : BigInt(text);
}

function decimal(text: string): Decimal {
  const parsed = parseDecimal(text);
  assert(parsed.ok, `the database holds a price that is no decimal: ${text}`);
  return parsed.value;
}
