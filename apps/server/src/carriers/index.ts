export {
  type Answer,
  type Carried,
  type CarrierConnector,
  type CarrierSim,
  CarrierUnreachable,
  type ProfileOrder,
  type ProfileOrdered,
  type SettingsAnswer,
  type SettingsPackage,
} from './connectors/contract.ts';
export { readExecution } from './connectors/es2plus.ts';
export { capsOf } from './connectors/index.ts';
export { simulatedConnector } from './connectors/simulated.ts';
export { type DeviceDirectory, deviceDirectory, type NasDirectory, nasDirectory } from './directory.ts';
export { attachLines, countHeld, hold, linkOf, listOperations, recheck, release, want } from './lines.ts';
export type {
  CarrierOperation,
  ConnectorKind,
  LimitMode,
  LineLink,
  LineState,
  Link,
  Nas,
  NasSettings,
  OpenSession,
  Telecom,
} from './model.ts';
export { createNas, listNases, type NasPatch, type NewNas, nasNamesOf, removeNas, updateNas } from './nases.ts';
export { contains } from './range.ts';
export { type Hands, reconcile } from './reconciler.ts';
export { carrierRoutes, type RouteHands } from './routes.ts';
export { type HeldCount, linkSql } from './sql/lines.ts';
export {
  archiveTelecom,
  createTelecom,
  getTelecom,
  listTelecoms,
  type NewTelecom,
  type TelecomPatch,
  telecomsOf,
  updateTelecom,
} from './telecoms.ts';
