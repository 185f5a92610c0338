import { currencyExponent, divideHalfEven, formatAmount, formatDecimal, parseDecimal } from '@simwright/measure';
import { assert } from '../../kit/assert.ts';
import { refuse } from '../../kit/refusal.ts';
import { type Category, percentOf } from '../../tax/index.ts';
import type { DocumentItem, InvoiceDocument } from '../model.ts';
import { fill, words } from '../words.ts';
import { buyerParty, sellerParty } from './parties.ts';
import { type Element, element, group, leaf, withAttributes, writeXml } from './xml.ts';

const core = 'urn:cen.eu:en16931:2017';
const peppol = `${core}#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0`;
const names = 'urn:oasis:names:specification:ubl:schema:xsd';

/**
 * An invoice or a credit note in UBL 2.1, as EN 16931-1 has it (binding of CEN/TS 16931-3-2). It says that it is Peppol BIS Billing 3
 * where both parties have an electronic address, which Peppol asks for (PEPPOL-EN16931-R010 and -R020), and the core otherwise.
 * Elements stand in the order of the UBL 2.1 schemas (`UBL-Invoice-2.1.xsd`, `UBL-CreditNote-2.1.xsd`, and the common components).
 *
 * Refuses `document.details_missing` with what the core asks for and nobody has said.
 */
export function writeUbl(document: InvoiceDocument): string {
  const missing = missingFor(document);
  if (missing.length > 0) {
    throw refuse.conflict(
      'document.details_missing',
      `An electronic invoice needs ${missing.join(', ')}. This document was approved without.`,
      { missing },
    );
  }
  const isInvoice = document.kind === 'invoice';
  const { currency, period, seller, buyer, payment, number } = document;
  const root = isInvoice ? 'Invoice' : 'CreditNote';
  const isPeppol = addressOf(seller) !== null && addressOf(buyer) !== null;
  const reference = document.buyerReference ?? (isPeppol ? (payment.reference ?? number) : null);
  const date = (name: string, day: string | null) => leaf(`cbc:${name}`, day);
  return writeXml(
    withAttributes(
      root,
      {
        xmlns: `${names}:${root}-2`,
        'xmlns:cac': `${names}:CommonAggregateComponents-2`,
        'xmlns:cbc': `${names}:CommonBasicComponents-2`,
      },
      leaf('cbc:CustomizationID', isPeppol ? peppol : core),
      isPeppol ? leaf('cbc:ProfileID', 'urn:fdc:peppol.eu:2017:poacc:billing:01:1.0') : null,
      leaf('cbc:ID', number),
      date('IssueDate', document.issuedOn),
      isInvoice ? date('DueDate', document.dueOn) : null,
      // UNTDID 1001: commercial invoice, credit note.
      leaf(isInvoice ? 'cbc:InvoiceTypeCode' : 'cbc:CreditNoteTypeCode', isInvoice ? '380' : '381'),
      leaf('cbc:Note', [...document.notes, ...creditsOf(document)].join('\n')),
      leaf('cbc:DocumentCurrencyCode', currency),
      leaf('cbc:BuyerReference', reference),
      period && element('cac:InvoicePeriod', date('StartDate', period.from), date('EndDate', period.until)),
      document.preceding &&
        element(
          'cac:BillingReference',
          element(
            'cac:InvoiceDocumentReference',
            leaf('cbc:ID', document.preceding.number),
            date('IssueDate', document.preceding.issuedOn),
          ),
        ),
      element('cac:AccountingSupplierParty', sellerParty(document, addressOf(seller))),
      element('cac:AccountingCustomerParty', buyerParty(document, addressOf(buyer))),
      delivery(document),
      paymentMeans(document),
      group('cac:PaymentTerms', leaf('cbc:Note', termsOf(document))),
      taxTotal(document),
      totals(document),
      ...document.items.map((item) => line(document, item)),
    ),
  );
}

/**
 * Credit notes that paid some of it: their sum is within the paid amount (BT-113), which says nothing of VAT, so that they are named in the one note
 * that Peppol takes. A preceding reference (BG-3) would say that this document corrects them.
 */
function creditsOf({ creditNotes = [], currency, language }: InvoiceDocument): string[] {
  return creditNotes.map(({ number, micros }) =>
    fill(words[language].creditNoteSays, { number, amount: `${formatAmount(BigInt(micros), currency)} ${currency}` }),
  );
}

/** Where electronic documents go; failing that, its email address, which the list of schemes knows as `EM`. */
function addressOf({ endpoint, email }: InvoiceDocument['seller']): { scheme: string; id: string } | null {
  return endpoint ?? (email ? { scheme: 'EM', id: email } : null);
}

/** What the core of EN 16931 asks for and this document does not have, in words. Empty: it can be written. */
export function missingFor(document: InvoiceDocument): string[] {
  const { seller, buyer, currency, taxes } = document;
  const has = (category: Category) => taxes.some((tax) => tax.category === category);
  const outside = has('O');
  const missing = [
    !seller.countryCode && 'the country of the seller (BR-09)',
    !buyer.countryCode && 'the country of the buyer (BR-11)',
    !outside && !seller.vatNumber && 'the VAT number of the seller (BR-S-02 and its like)',
    outside && !seller.registration && 'the registration number of the seller (BR-CO-26)',
    has('AE') && !buyer.vatNumber && !buyer.registration && 'a VAT or registration number of the buyer (BR-AE-02)',
    has('K') && !buyer.vatNumber && 'the VAT number of the buyer (BR-IC-02)',
    has('K') && !document.period && 'a period (BR-IC-11)',
    outside && taxes.length > 1 && 'nothing else beside what is not subject to VAT (BR-O-11)',
    currencyExponent(currency) > 2 && 'a currency of at most two decimals (BR-DEC-12)',
  ];
  return missing.filter((one): one is string => Boolean(one));
}

/** Inside the EU it is said where it went (BR-IC-12): to the buyer. */
function delivery({ taxes, buyer }: InvoiceDocument): Element | null {
  if (!taxes.some(({ category }) => category === 'K')) return null;
  const country = element('cac:Country', leaf('cbc:IdentificationCode', buyer.countryCode));
  return element('cac:Delivery', element('cac:DeliveryLocation', element('cac:Address', country)));
}

function paymentMeans({ kind, currency, payment, number, seller }: InvoiceDocument): Element | null {
  if (!payment.iban || kind !== 'invoice') return null;
  return element(
    'cac:PaymentMeans',
    // UNTDID 4461: SEPA credit transfer, credit transfer.
    leaf('cbc:PaymentMeansCode', currency === 'EUR' ? '58' : '30'),
    leaf('cbc:PaymentID', payment.reference ?? number),
    element(
      'cac:PayeeFinancialAccount',
      leaf('cbc:ID', payment.iban),
      leaf('cbc:Name', seller.legalName ?? seller.name),
      group('cac:FinancialInstitutionBranch', leaf('cbc:ID', payment.bic)),
    ),
  );
}

/** The terms in words: of an invoice without a day on which it is due they stand in its place (BR-CO-25). */
function termsOf({ kind, dueOn, payment, language, payableMicros }: InvoiceDocument): string | null {
  if (kind !== 'invoice' || BigInt(payableMicros) <= 0n) return null;
  const { days, onReceipt } = words[language].terms;
  if (payment.termsDays) return days.replace('{days}', `${payment.termsDays}`);
  return dueOn === null ? onReceipt : null;
}

function amount(name: string, micros: string | bigint, currency: string): Element {
  return withAttributes(`cbc:${name}`, { currencyID: currency }, formatAmount(BigInt(micros), currency));
}

/** Codes of the VATEX list for reasons that the category says by itself. */
const reasonCodes: Partial<Record<Category, string>> = {
  ...{ AE: 'VATEX-EU-AE', K: 'VATEX-EU-IC', G: 'VATEX-EU-G', O: 'VATEX-EU-O' },
};

function taxTotal({ taxes, vatMicros, currency, language }: InvoiceDocument): Element {
  const subtotals = taxes.map(({ category, ratePpm, netMicros, vatMicros, reason }) => {
    // With VAT, or a rate of zero, there is nothing to explain (BR-S-10, BR-Z-10).
    const explained = category !== 'S' && category !== 'Z';
    const children = [
      leaf('cbc:ID', category),
      percent(category, ratePpm),
      explained ? leaf('cbc:TaxExemptionReasonCode', reasonCodes[category]) : null,
      explained ? leaf('cbc:TaxExemptionReason', reason || words[language].reasons[category]) : null,
      scheme,
    ];
    return element(
      'cac:TaxSubtotal',
      amount('TaxableAmount', netMicros, currency),
      amount('TaxAmount', vatMicros, currency),
      element('cac:TaxCategory', ...children),
    );
  });
  return element('cac:TaxTotal', amount('TaxAmount', vatMicros, currency), ...subtotals);
}

const scheme = element('cac:TaxScheme', leaf('cbc:ID', 'VAT'));

/** Outside the scope of VAT there is no rate (BR-O-05). */
function percent(category: Category, ratePpm: number) {
  return category === 'O' ? null : leaf('cbc:Percent', percentOf(ratePpm));
}

function totals({ netMicros, grossMicros, prepaidMicros, payableMicros, currency }: InvoiceDocument): Element {
  return element(
    'cac:LegalMonetaryTotal',
    amount('LineExtensionAmount', netMicros, currency),
    amount('TaxExclusiveAmount', netMicros, currency),
    amount('TaxInclusiveAmount', grossMicros, currency),
    BigInt(prepaidMicros) === 0n ? null : amount('PrepaidAmount', prepaidMicros, currency),
    amount('PayableAmount', payableMicros, currency),
  );
}

function line({ kind, currency }: InvoiceDocument, item: DocumentItem): Element {
  const [name, quantityName] =
    kind === 'invoice' ? ['cac:InvoiceLine', 'cbc:InvoicedQuantity'] : ['cac:CreditNoteLine', 'cbc:CreditedQuantity'];
  const { quantity, unit, price, note } = priced(item, currency);
  return element(
    name,
    leaf('cbc:ID', `${item.position}`),
    leaf('cbc:Note', note),
    withAttributes(quantityName, { unitCode: unit }, quantity),
    amount('LineExtensionAmount', item.netMicros, currency),
    // The object that is billed (BT-128): the ICCID of a SIM. UNTDID 1001: 130.
    item.lineLabel === null
      ? null
      : element('cac:DocumentReference', leaf('cbc:ID', item.lineLabel), leaf('cbc:DocumentTypeCode', '130')),
    element(
      'cac:Item',
      leaf('cbc:Description', item.description),
      leaf('cbc:Name', item.name),
      element(
        'cac:ClassifiedTaxCategory',
        leaf('cbc:ID', item.taxCategory),
        percent(item.taxCategory, item.taxRatePpm),
        scheme,
      ),
    ),
    element('cac:Price', withAttributes('cbc:PriceAmount', { currencyID: currency }, price)),
  );
}

/**
 * Quantity and price of an item. The two must make its net amount (PEPPOL-EN16931-R120), and the price may not be below zero (BR-27):
 * an item whose price is an average or rounded is written as one piece at its net amount, with what it was beside it.
 */
function priced({ quantity, unit, unitPrice, netMicros }: DocumentItem, currency: string) {
  const [count, price] = [parseDecimal(quantity, 30), parseDecimal(unitPrice, 30)];
  assert(count.ok && price.ok, 'quantity and price of an item are decimals');
  const product = count.value.digits * price.value.digits;
  // To the cent, also where the currency has none: that is how closely the rule looks.
  const cents = divideHalfEven(product * 100n, 10n ** BigInt(count.value.scale + price.value.scale));
  const net = BigInt(netMicros);
  if (cents * 10n ** BigInt(4 + currencyExponent(currency)) === net) {
    const turned = price.value.digits < 0n ? -1n : 1n;
    const written = (decimal: typeof count.value) => formatDecimal({ ...decimal, digits: decimal.digits * turned });
    return { quantity: written(count.value), unit, price: written(price.value), note: null };
  }
  const magnitude = net < 0n ? -net : net;
  return {
    ...{ quantity: net < 0n ? '-1' : '1', unit: 'C62', price: formatAmount(magnitude, currency) },
    note: `${quantity} ${unit} × ${unitPrice} ${currency}`,
  };
}
