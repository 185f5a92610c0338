import { z } from 'zod';
import { Currency, Email, idOf, named, reply, Timestamp, TimeZone } from '../../kit/http/schemas.ts';

/** The replies of tenancy, each the shape of one thing as the outside sees it. */

export const AccountSid = named(
  'AccountSid',
  z.string().regex(/^AC[0-9a-f]{32}$/, { error: 'an account SID, like AC0192…' }),
  { description: 'The account in the Super SIM API.' },
);

export const UnitBase = named('UnitBase', z.literal([1000, 1024]), { description: 'Bytes in a kilobyte of a plan.' });

const LateUsage = named('LateUsage', z.enum(['own_period', 'current_period']), {
  description:
    'Where usage is billed that comes after its period has closed: in the period it was made in, until that is invoiced, or in the current one.',
});

export const OrganizationReply = reply('Organization', {
  id: idOf('organization'),
  name: z.string(),
  currency: Currency,
  timeZone: TimeZone,
  unitBase: UnitBase,
  lateUsage: LateUsage,
  sandbox: z.boolean(),
  /** The organization's present: in a sandbox its clock may be ahead. */
  now: Timestamp,
  accountSid: AccountSid,
  createdAt: Timestamp,
});

export const organizationChanges = {
  unitBase: UnitBase.optional(),
  timeZone: TimeZone.optional(),
  lateUsage: LateUsage.optional(),
};

export const CompanyReply = reply('Company', {
  id: idOf('company'),
  name: z.string(),
  currency: Currency,
  timeZone: TimeZone.nullable().meta({ description: 'Null: the time zone of the organization.' }),
  email: Email.nullable(),
  accountSid: AccountSid,
  createdAt: Timestamp,
  archivedAt: Timestamp.nullable(),
});

export const Language = z.enum(['en', 'de']);

export const EndUserReply = reply('EndUser', {
  id: idOf('end_user'),
  companyId: idOf('company'),
  email: Email,
  name: z.string().nullable(),
  language: Language.nullable().meta({ description: 'Of their letters and pages; null: that of their device.' }),
  createdAt: Timestamp,
  archivedAt: Timestamp.nullable(),
});

export const StaffReply = reply('Staff', {
  id: idOf('staff'),
  email: Email,
  name: z.string(),
  role: z.string(),
  roleId: idOf('role'),
  companyId: idOf('company').nullable().meta({ description: 'Null: works for the organization.' }),
  createdAt: Timestamp,
});

export const PermissionName = named('PermissionName', z.string().max(100), {
  description: 'group.object.action, or * for everything.',
  example: 'inventory.sim.view',
});

export const RoleReply = reply('Role', {
  id: idOf('role'),
  name: z.string(),
  permissions: z.array(PermissionName),
  readyMade: z.boolean(),
});

export const ApiKeyReply = reply('ApiKey', {
  id: idOf('api_key'),
  name: z.string(),
  permissions: z.array(PermissionName),
  companyId: idOf('company').nullable().meta({ description: 'Null: a key of the organization.' }),
  sid: z.string().meta({ description: 'The key in the Super SIM API (SK…).' }),
  createdAt: Timestamp,
  createdBy: z.string(),
  lastUsedAt: Timestamp.nullable(),
  revokedAt: Timestamp.nullable(),
});
