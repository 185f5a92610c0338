import type { InvoiceDocument, Party } from '../model.ts';
import { type Element, element, group, leaf } from './xml.ts';

type Address = { scheme: string; id: string } | null;

export function sellerParty(document: InvoiceDocument, address: Address): Element {
  return party(document.seller, address, namesVat(document));
}

export function buyerParty(document: InvoiceDocument, address: Address): Element {
  return party(document.buyer, address, namesVat(document));
}

/** What is outside the scope of VAT may name nobody's VAT number (BR-O-02). */
function namesVat({ taxes }: InvoiceDocument): boolean {
  return taxes.every(({ category }) => category !== 'O');
}

function party(who: Party, address: Address, withVat: boolean): Element {
  const { street, street2, city, postalCode, region, countryCode, vatNumber, registration, email } = who;
  return element(
    'cac:Party',
    leaf('cbc:EndpointID', address?.id, { schemeID: address?.scheme ?? '' }),
    element('cac:PartyName', leaf('cbc:Name', who.name)),
    element(
      'cac:PostalAddress',
      leaf('cbc:StreetName', street),
      leaf('cbc:AdditionalStreetName', street2),
      leaf('cbc:CityName', city),
      leaf('cbc:PostalZone', postalCode),
      leaf('cbc:CountrySubentity', region),
      element('cac:Country', leaf('cbc:IdentificationCode', countryCode)),
    ),
    withVat && vatNumber
      ? element('cac:PartyTaxScheme', leaf('cbc:CompanyID', vatNumber), element('cac:TaxScheme', leaf('cbc:ID', 'VAT')))
      : null,
    element(
      'cac:PartyLegalEntity',
      leaf('cbc:RegistrationName', who.legalName ?? who.name),
      leaf('cbc:CompanyID', registration),
    ),
    group('cac:Contact', leaf('cbc:ElectronicMail', email)),
  );
}
