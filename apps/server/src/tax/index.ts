export {
  type Category,
  categories,
  noTax,
  percentOf,
  splitGross,
  type Tax,
  toMinor as minorOf,
  vatOf,
} from './model.ts';
export { taxRoutes } from './routes.ts';
export { setNumber, setRate, taxDay, taxesOf, taxFor, vatNumberOf } from './service.ts';
export { carryChecks } from './vies/checks.ts';
export { commissionUrl, openVies, type Vies } from './vies/door.ts';
