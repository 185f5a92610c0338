/** The door of the platform: the instance itself, its processes and how they are. */

export { type BacklogSums, backlogSums } from './backlog.ts';
export { type ChecksDeps, instanceChecks } from './checks.ts';
export type { LoopReport, NasReport, Report, Role, Sample } from './model.ts';
export { applicationName, type Heartbeat, newProcessId, openHeartbeat } from './processes.ts';
export { platformRoutes } from './routes.ts';
export { readServer } from './sql.ts';
