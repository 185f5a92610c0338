import { formatAmount, formatDecimal, type Micros } from '@simwright/measure';
import type { Id } from '../../kit/ids.ts';
import type { PlanTerms, PlanVersion, Zone } from '../model.ts';
import { type RateForm, ratesForm, type Shorthands, shorthandsOf } from './rates.ts';

/**
 * Terms as people write them: amounts and prices in major units, data in MB of the organization's unit base. `null`
 * means "none"; a field that is absent keeps what the version before it says.
 */
export type TermsForm = {
  currency: string;
  fee: string;
  activationFee: string;
  /** The data rate wherever no zone says another: one price, or steps of it. */
  pricePerMb: string | null;
  tiers: { upToMb: bigint | null; pricePerMb: string }[] | null;
  incrementBytes: bigint | null;
  allowanceMb: bigint | null;
  overageSizeMb: bigint | null;
  overagePrice: string | null;
  dataLimitMb: bigint | null;
  prorated: boolean;
  billingStart: PlanTerms['billingStart'];
  paymentType: PlanTerms['paymentType'];
  readyExitBytes: bigint | null;
  readyExitCommands: number | null;
  readyExitMonths: number | null;
  rates: RateForm[];
  validityDays: number | null;
  refills: RefillForm[];
  recurringScope: PlanTerms['recurringScope'];
  fairUseMb: bigint | null;
  throttleKbps: number | null;
} & Shorthands;

/** A refill on sale. Without an id it is a new one; with the id it had it stays itself, at its new price. */
export type RefillForm = { id?: string | undefined; mb: bigint; price: string };

/** A form that was saved: its refills have their ids. */
export type WrittenForm = TermsForm & { refills: (RefillForm & { id: string })[] };

/** A version in the form it was written in: its MB are those of the day it was saved. */
export function formOf(version: PlanTerms): WrittenForm {
  const money = (micros: Micros) => formatAmount(micros, version.currency);
  const mb = (bytes: bigint | null) => (bytes === null ? null : bytes / version.mbBytes);
  return {
    currency: version.currency,
    fee: money(version.feeMicros),
    activationFee: money(version.activationFeeMicros),
    pricePerMb: version.pricePerMb && formatDecimal(version.pricePerMb, 2),
    tiers:
      version.tiers?.map((tier) => ({
        upToMb: mb(tier.upToBytes),
        pricePerMb: formatDecimal(tier.pricePerMb, 2),
      })) ?? null,
    incrementBytes: version.incrementBytes,
    allowanceMb: mb(version.allowanceBytes),
    overageSizeMb: mb(version.overageSizeBytes),
    overagePrice: version.overagePriceMicros === null ? null : money(version.overagePriceMicros),
    dataLimitMb: mb(version.dataLimitBytes),
    prorated: version.prorated,
    billingStart: version.billingStart,
    paymentType: version.paymentType,
    readyExitBytes: version.readyExitBytes,
    readyExitCommands: version.readyExitCommands,
    readyExitMonths: version.readyExitMonths,
    ...shorthandsOf(version.rates),
    rates: ratesForm(version),
    validityDays: version.validityDays,
    refills: version.refills.map(({ id, amountBytes, priceMicros }) => ({
      ...{ id, mb: amountBytes / version.mbBytes, price: money(priceMicros) },
    })),
    recurringScope: version.recurringScope,
    fairUseMb: mb(version.fairUseBytes),
    throttleKbps: version.throttleKbps,
  };
}

export type ShownVersion = WrittenForm &
  Pick<PlanVersion, 'id' | 'version' | 'createdAt'> & {
    unitBase: 1000 | 1024;
    zones: (PlanVersion['zones'][number] & { changed: boolean })[];
  };

/**
 * A version as the outside sees it. Its zones are those of the day it was saved; `changed` says that the zone of today
 * has other countries or networks, or is archived.
 */
export function shownVersion(version: PlanVersion, today: ReadonlyMap<Id, Zone>): ShownVersion {
  const { id, version: number, createdAt, mbBytes } = version;
  return {
    ...formOf(version),
    ...{ id, version: number, createdAt, unitBase: mbBytes === 1_000_000n ? 1000 : 1024 },
    zones: version.zones.map((zone) => ({ ...zone, changed: !isAsToday(zone, today.get(zone.id)) })),
  };
}

function isAsToday(zone: PlanVersion['zones'][number], today: Zone | undefined): boolean {
  return (
    today !== undefined &&
    !today.archivedAt &&
    sameSet(zone.countries, today.countries) &&
    sameSet(zone.plmns, today.plmns)
  );
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  const others = new Set(b);
  return a.length === b.length && a.every((one) => others.has(one));
}
