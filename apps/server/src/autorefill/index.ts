export { lookAtDue } from './look.ts';
export { autoRefillRoutes } from './routes.ts';
export {
  askLook,
  cardCame,
  getOf,
  listAutoRefills,
  paymentTold,
  resume,
  setOfLine,
  setOfWallet,
  switchOff,
  type Wanted,
  why,
} from './service.ts';
export type { AutoRefill } from './sql.ts';
