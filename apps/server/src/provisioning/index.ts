export type { Hands } from './places.ts';
export type { EsimProfile, ProfileStatus } from './profiles/model.ts';
export { orderProfiles } from './profiles/orders.ts';
export { createProfile, getProfile, listProfiles, takeProgress } from './profiles/service.ts';
export { provisioningRoutes } from './routes/index.ts';
export type { SettingsStatus, SettingsUpdate } from './settings/model.ts';
export { updateSettings } from './settings/orders.ts';
export { listUpdates, orderUpdates } from './settings/service.ts';
