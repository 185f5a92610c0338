/** The door of tenancy: who owns rows, who may see them, and who is calling. */
export type { Account } from './authentication/accounts.ts';
export { endUserPath, endUserSignOut } from './authentication/end-users.ts';
export { type Authentication, openAuthentication } from './authentication/index.ts';
export { type Happening, type HistoryPlace, listHistory, listRecentEvents, type Names } from './history.ts';
export { eventOnTheWire, type VisibleLines } from './live.ts';
export type { ApiKey, Company, EndUser, Role, Staff } from './model.ts';
export { accountSid, keySid } from './model.ts';
export { companyNamesOf, type Owner, ownersNamed, ownersOf } from './names.ts';
export { type Permission, permissionNames, permissions, platformPermissions, readyMadeRoles } from './permissions.ts';
export type { Leaving } from './routes/companies.ts';
export { tenancyRoutes } from './routes/index.ts';
export { type ApiKeySecret, createApiKey, type NewApiKey, personOf, revokeApiKey } from './service/api-keys.ts';
export { archiveCompany, createCompany, getCompany, listCompanies, type NewCompany } from './service/companies.ts';
export { createEndUser, getEndUser, listEndUsers, type NewEndUser, updateEndUser } from './service/end-users.ts';
export { inviteEndUser, lookAs, sweepLinks } from './service/links.ts';
export {
  authTokenOf,
  createOrganization,
  ensureUsagePartitions,
  getOrganization,
  listOrganizations,
  moveClock,
  type NewOrganization,
} from './service/organizations.ts';
export { createStaff, type NewStaff } from './service/staff.ts';
export { noteListeners } from './sql/organizations.ts';
export { timeZonesOf } from './zones.ts';
