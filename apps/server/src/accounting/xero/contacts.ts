import type { Contact as XeroContact } from 'xero-node/dist/gen/model/accounting/contact.js';
import type { Contact } from '../door.ts';

/** A contact as Xero takes it, within its lengths. Country is letters alone there. */
export function contactOf(c: Contact): XeroContact {
  const [line1, line2] = c.lines;
  const address = {
    ...{ addressLine1: cut(line1, 500), addressLine2: cut(line2, 500), city: cut(c.city, 255) },
    ...{ region: cut(c.region, 255), postalCode: cut(c.postalCode, 50), country: cut(c.country, 50) },
  };
  const said = Object.values(address).some((part) => part !== undefined);
  return {
    ...{ contactNumber: c.number.slice(0, 50), name: c.name.slice(0, 255), emailAddress: cut(c.email, 255) },
    taxNumber: cut(c.vatNumber, 50),
    ...(said && { addresses: [{ addressType: 'POBOX' as never, ...address }] }),
  };
}

/** Of the name, and of no other system of numbers. */
export function isSame({ name, contactNumber, contactStatus }: XeroContact, wanted: string): boolean {
  const alike = name?.trim().toLowerCase() === wanted.slice(0, 255).trim().toLowerCase();
  return alike && !contactNumber && String(contactStatus ?? 'ACTIVE') === 'ACTIVE';
}

function cut(text: string | null | undefined, most: number): string | undefined {
  return text ? text.slice(0, most) : undefined;
}
