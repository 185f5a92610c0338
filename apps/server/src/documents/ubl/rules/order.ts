import { localOf, type Node } from './xml.ts';

/**
 * Elements that we write, each with its parts in the order of the UBL 2.1 schemas (OASIS, UBL-Invoice-2.1.xsd, UBL-CreditNote-2.1.xsd,
 * UBL-CommonAggregateComponents-2.1.xsd). What is not listed we do not write. `*`: more than one may be there.
 */
const parts: Record<string, string> = {
  Invoice: `CustomizationID ProfileID ID IssueDate DueDate InvoiceTypeCode Note DocumentCurrencyCode BuyerReference InvoicePeriod
    BillingReference AccountingSupplierParty AccountingCustomerParty Delivery PaymentMeans PaymentTerms TaxTotal LegalMonetaryTotal InvoiceLine*`,
  CreditNote: `CustomizationID ProfileID ID IssueDate CreditNoteTypeCode Note DocumentCurrencyCode BuyerReference InvoicePeriod
    BillingReference AccountingSupplierParty AccountingCustomerParty Delivery PaymentMeans PaymentTerms TaxTotal LegalMonetaryTotal CreditNoteLine*`,
  InvoicePeriod: 'StartDate EndDate',
  BillingReference: 'InvoiceDocumentReference',
  InvoiceDocumentReference: 'ID IssueDate',
  AccountingSupplierParty: 'Party',
  AccountingCustomerParty: 'Party',
  Party: 'EndpointID PartyName PostalAddress PartyTaxScheme PartyLegalEntity Contact',
  PartyName: 'Name',
  PostalAddress: 'StreetName AdditionalStreetName CityName PostalZone CountrySubentity Country',
  Country: 'IdentificationCode',
  PartyTaxScheme: 'CompanyID TaxScheme',
  TaxScheme: 'ID',
  PartyLegalEntity: 'RegistrationName CompanyID',
  Contact: 'ElectronicMail',
  Delivery: 'DeliveryLocation',
  DeliveryLocation: 'Address',
  Address: 'Country',
  PaymentMeans: 'PaymentMeansCode PaymentID PayeeFinancialAccount',
  PayeeFinancialAccount: 'ID Name FinancialInstitutionBranch',
  FinancialInstitutionBranch: 'ID',
  PaymentTerms: 'Note',
  TaxTotal: 'TaxAmount TaxSubtotal*',
  TaxSubtotal: 'TaxableAmount TaxAmount TaxCategory',
  TaxCategory: 'ID Percent TaxExemptionReasonCode TaxExemptionReason TaxScheme',
  LegalMonetaryTotal: 'LineExtensionAmount TaxExclusiveAmount TaxInclusiveAmount PrepaidAmount PayableAmount',
  InvoiceLine: 'ID Note InvoicedQuantity LineExtensionAmount DocumentReference Item Price',
  CreditNoteLine: 'ID Note CreditedQuantity LineExtensionAmount DocumentReference Item Price',
  DocumentReference: 'ID DocumentTypeCode',
  Item: 'Description Name ClassifiedTaxCategory',
  ClassifiedTaxCategory: 'ID Percent TaxScheme',
  Price: 'PriceAmount',
};

/** What is out of its place, or has no place; `cac:` is before what holds others, `cbc:` before what holds a text. */
export function disorder(node: Node): string[] {
  const allowed = parts[localOf(node.name)]?.split(/\s+/);
  if (!allowed) return node.children.length > 0 ? [`${node.name} holds others`] : [];
  let place = -1;
  return node.children.flatMap((child) => {
    const name = localOf(child.name);
    const found = allowed.findIndex((part) => part.replace('*', '') === name);
    const wrong = found < place || (found === place && !allowed[found]?.endsWith('*')) || found < 0;
    const prefixed = child.name.startsWith(child.children.length > 0 ? 'cac:' : 'cbc:');
    place = found;
    return [...(wrong || !prefixed ? [`${child.name} in ${node.name}`] : []), ...disorder(child)];
  });
}
