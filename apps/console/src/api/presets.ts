import { del, get, type Page, post } from './http.ts';

/** A saved configuration of a wizard: its form as it was written. */
export type Preset<F> = {
  id: string;
  kind: 'plan' | 'pool';
  name: string;
  form: F;
  createdAt: string;
  createdBy: string;
};

const url = '/api/v1/presets';

export const listPresets = <F>(kind: Preset<F>['kind']) => get<Page<Preset<F>>>(url, { kind, limit: 100 });
export const savePreset = <F>(kind: Preset<F>['kind'], name: string, form: F) =>
  post<Preset<F>>(url, { kind, name, form });
export const deletePreset = (id: string) => del(`${url}/${id}`);
