export { lookAtDue } from './look.ts';
export { autoRefillRoutes } from './routes.ts';
export {
  askLook,
  cardCame,
  getOf,
  listAutoRefills,
  namesOf,
  paymentTold,
  resume,
  setOfLine,
  setOfWallet,
  switchOff,
  type Wanted,
  why,
} from './service.ts';
export type { AutoRefill } from './sql.ts';
