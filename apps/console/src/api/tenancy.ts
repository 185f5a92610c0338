import { del, get, type Page, patch, post, type Query } from './http.ts';

export type UnitBase = 1000 | 1024;

export type Me = {
  actor: {
    kind: 'staff' | 'api_key' | 'account' | 'system';
    id: string;
    name: string;
    email: string | null;
    companyId: string | null;
  };
  permissions: string[];
  organization: {
    id: string;
    name: string;
    currency: string;
    timeZone: string;
    unitBase: UnitBase;
    sandbox: boolean;
    now: string;
  };
  organizations: { id: string; name: string }[];
};

/** Where usage is billed that comes after its period has closed. */
export type LateUsage = 'own_period' | 'current_period';

export type Organization = Me['organization'] & { lateUsage: LateUsage; accountSid: string; createdAt: string };

export type Company = {
  id: string;
  name: string;
  currency: string;
  timeZone: string | null;
  email: string | null;
  accountSid: string;
  createdAt: string;
  archivedAt: string | null;
};

export type AuditEntry = {
  id: string;
  at: string;
  actor: { kind: string; id: string; name: string };
  fromAddress: string | null;
  requestId: string | null;
  action: string;
  object: { type: string; id: string };
  changes: { field: string; old?: unknown; new?: unknown }[];
};

export const getMe = () => get<Me>('/api/v1/me');
/** Whether anybody is signed in; unlike `getMe` it has an answer for nobody. */
export const getSession = () => get<{ user: { id: string } | null }>('/api/auth/get-session');
export const signIn = (email: string, password: string) => post('/api/auth/sign-in/email', { email, password });
export const signOut = () => post('/api/auth/sign-out');

export const getOrganization = () => get<Organization>('/api/v1/organization');
export const updateOrganization = (
  changes: Partial<Pick<Organization, 'name' | 'timeZone' | 'unitBase' | 'lateUsage'>>,
) => patch<Organization>('/api/v1/organization', changes);

export const listCompanies = (query: Query, signal?: AbortSignal) =>
  get<Page<Company>>('/api/v1/companies', query, signal);
export const createCompany = (input: { name: string; currency?: string; timeZone?: string; email?: string }) =>
  post<Company>('/api/v1/companies', input);
export const updateCompany = (
  id: string,
  changes: { name?: string; timeZone?: string | null; email?: string | null },
) => patch<Company>(`/api/v1/companies/${id}`, changes);
export const archiveCompany = (id: string) => del(`/api/v1/companies/${id}`);

export const listAudit = (query: Query, signal?: AbortSignal) =>
  get<Page<AuditEntry>>('/api/v1/audit-log', query, signal);
