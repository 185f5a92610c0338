export { type Cards, noCards, readCards } from './cards.ts';
export { accountTakeover } from './kind.ts';
export type { ItemKind, Takeover } from './model.ts';
export { accountOf, type Reading, type ReadingProgress, readAccount } from './reading.ts';
export { type Report, type ReportRow, reportRows, writeReport } from './report.ts';
export {
  beginReading,
  concludeReading,
  heldOf,
  listTakeovers,
  openTakeover,
  operationOf,
  release,
  type TakeoverInput,
} from './service.ts';
export type { Credentials } from './source/authorization.ts';
export { openSource, type Source, type SourceOptions } from './source/client.ts';
export { SourceFault } from './source/fault.ts';
