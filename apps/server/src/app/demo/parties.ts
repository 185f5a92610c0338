import { type BillingDetails, noDetails, setDetails, setSettings } from '../../documents/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import type { Id } from '../../kit/ids.ts';
import * as tax from '../../tax/index.ts';

/** Addresses for the heads of bills: of the organization first, then of its companies, one of which reads German. */
const addresses: Partial<BillingDetails>[] = [
  {
    ...{ legalName: 'Demo organization GmbH', street: 'Beispielweg 1', postalCode: '10115', city: 'Berlin' },
    ...{ countryCode: 'DE', registration: 'HRB 000000', email: 'billing@demo.example' },
  },
  { street: 'Haven 12', postalCode: '3011 AA', city: 'Rotterdam', countryCode: 'NL', buyerReference: 'PO-2026-0117' },
  {
    ...{ legalName: 'Northfield Energy GmbH', street: 'Marktplatz 4', postalCode: '20095', city: 'Hamburg' },
    ...{ countryCode: 'DE', language: 'de' },
  },
  { street: 'Ringstraße 9', postalCode: '1010', city: 'Wien', countryCode: 'AT' },
];

/** Who bills, who is billed, and where it is paid to. */
export async function makeParties(ctx: Ctx, companies: Id[]): Promise<void> {
  for (const [i, ownerId] of [ctx.organization.id, ...companies].entries()) {
    if (addresses[i]) await setDetails(ctx, ownerId, { ...noDetails, ...addresses[i] });
  }
  // The example account of the IBAN registry.
  const account = { iban: 'DE89370400440532013000', bic: 'COBADEFFXXX', bank: 'Demo Bank' };
  await setSettings(ctx, { ...account, footer: 'A demonstration: its bills ask nobody for money.' });
  await tax.setNumber(ctx, ctx.organization.id, { country: 'DE', number: '136695976' });
}
