import type { Id } from '../../kit/ids.ts';
import type { Refusal } from '../../kit/refusal.ts';
import type { PlanTerms, PlanType, RatedZone, RefillOption, Zone } from '../model.ts';
import { checkMatrix } from './matrix.ts';
import { readRates } from './rates.ts';
import { checkSteps, openReader, type Reader } from './reader.ts';
import type { RefillForm, TermsForm } from './terms.ts';

/** What a form is read by: the organization as it is today, and the plan as it was. */
export type Basis = {
  unitBase: 1000 | 1024;
  /** Those that the rates name, as far as they are of this organization. */
  zones: ReadonlyMap<Id, Zone>;
  /** Of the version before. */
  refills: readonly RefillOption[];
  newRefillId: () => string;
};

/** Reads a form into terms, or says which field cannot be. MB become bytes here, once, by the unit base of today. */
export function readForm(type: PlanType, form: TermsForm, basis: Basis): PlanTerms | Refusal {
  const mbBytes = BigInt(basis.unitBase) ** 2n;
  const reader = openReader(form.currency);
  const { amount, price, whole } = reader;
  const bytes = (field: string, mb: bigint | null, least?: bigint) =>
    mb === null ? null : whole(field, mb, mbBytes, least);
  const terms: PlanTerms = {
    type,
    currency: form.currency,
    mbBytes,
    feeMicros: amount('fee', form.fee),
    activationFeeMicros: amount('activationFee', form.activationFee),
    pricePerMb: form.pricePerMb === null ? null : price('pricePerMb', form.pricePerMb),
    tiers:
      form.tiers?.map((tier, i) => ({
        upToBytes: bytes(`tiers[${i}].upToMb`, tier.upToMb, 0n),
        pricePerMb: price(`tiers[${i}].pricePerMb`, tier.pricePerMb),
      })) ?? null,
    incrementBytes: form.incrementBytes === null ? null : whole('incrementBytes', form.incrementBytes, 1n),
    allowanceBytes: bytes('allowanceMb', form.allowanceMb, 0n),
    overageSizeBytes: bytes('overageSizeMb', form.overageSizeMb),
    overagePriceMicros: form.overagePrice === null ? null : amount('overagePrice', form.overagePrice),
    dataLimitBytes: bytes('dataLimitMb', form.dataLimitMb),
    prorated: form.prorated,
    billingStart: form.billingStart,
    paymentType: form.paymentType,
    readyExitBytes: form.readyExitBytes === null ? null : whole('readyExitBytes', form.readyExitBytes, 1n),
    readyExitCommands: form.readyExitCommands,
    readyExitMonths: form.readyExitMonths,
    rates: readRates(form, mbBytes, basis.zones, reader),
    zones: snapshot(form, basis.zones),
    refills: readRefills(form.refills, mbBytes, basis, reader),
    validityDays: form.validityDays,
    recurringScope: form.recurringScope,
    fairUseBytes: bytes('fairUseMb', form.fairUseMb),
    throttleKbps: form.throttleKbps,
  };
  if (form.tiers) {
    checkSteps(
      form.tiers.map((tier) => tier.upToMb),
      (i) => `tiers[${i}].upToMb`,
      reader,
    );
  }
  checkMatrix(type, form, reader);
  return reader.problems[0] ?? terms;
}

/** The zones of the rates as they are today: that is what this version charges by, for good. */
function snapshot({ rates }: TermsForm, zones: ReadonlyMap<Id, Zone>): RatedZone[] {
  const named = new Set(rates.flatMap(({ zone }) => zone ?? []));
  return [...named].flatMap((zoneId) => {
    const zone = zones.get(zoneId);
    return zone ? [{ id: zone.id, name: zone.name, countries: zone.countries, plmns: zone.plmns }] : [];
  });
}

function readRefills(
  forms: readonly RefillForm[],
  mbBytes: bigint,
  { refills, newRefillId }: Basis,
  { amount, whole, wrong }: Reader,
): RefillOption[] {
  const before = new Set(refills.map((refill) => refill.id));
  return forms.map(({ id, mb, price }, i) => {
    // Each id once: whoever was sold a refill finds the one.
    if (id !== undefined && !before.delete(id)) wrong(`refills[${i}].id`, 'one of the version before, once, or absent');
    return {
      id: id ?? newRefillId(),
      amountBytes: whole(`refills[${i}].mb`, mb, mbBytes),
      priceMicros: amount(`refills[${i}].price`, price),
    };
  });
}
