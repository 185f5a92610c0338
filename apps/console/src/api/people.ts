import { del, get, type Page, patch, post, type Query } from './http.ts';

export type EndUser = {
  id: string;
  companyId: string;
  email: string;
  name: string | null;
  language: 'en' | 'de' | null;
  createdAt: string;
  archivedAt: string | null;
};

export type Staff = {
  id: string;
  email: string;
  name: string;
  role: string;
  roleId: string;
  companyId: string | null;
  createdAt: string;
};

/** An address that is good once, and shown once. */
export type HandedLink = { url: string; expiresAt: string };

const endUsers = '/api/v1/end-users';
export const listEndUsers = (query: Query, signal?: AbortSignal) => get<Page<EndUser>>(endUsers, query, signal);
export const createEndUser = (input: { companyId: string; email: string; name?: string }) =>
  post<EndUser>(endUsers, input);
export const updateEndUser = (id: string, changes: { email?: string; name?: string | null }) =>
  patch<EndUser>(`${endUsers}/${id}`, changes);
export const inviteEndUser = (id: string, send: boolean) => post<HandedLink>(`${endUsers}/${id}/invitation`, { send });
export const lookAsEndUser = (id: string) => post<HandedLink>(`${endUsers}/${id}/look`);

export const listStaff = (query: Query, signal?: AbortSignal) => get<Page<Staff>>('/api/v1/staff', query, signal);
export const changeStaff = (id: string, role: string) => patch<Staff>(`/api/v1/staff/${id}`, { role });
export const removeStaff = (id: string) => del(`/api/v1/staff/${id}`);
export const listRoles = () => get<{ items: { id: string; name: string }[] }>('/api/v1/roles');
export const inviteStaff = (input: { email: string; name: string; role: string; companyId?: string }) =>
  post<HandedLink>('/api/v1/staff/invitations', input);

export type LinkShown = {
  for: 'end_user' | 'look' | 'staff';
  organization: string;
  email: string;
  name: string | null;
};
export const readLink = (token: string) => post<LinkShown>('/api/auth/links/read', { token });
export const joinByLink = (token: string, password: string) => post('/api/auth/links/join', { token, password });
