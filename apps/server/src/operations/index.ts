export { advance } from './advance.ts';
export type { Kind, Kinds, Source } from './kind.ts';
export {
  abandonedMs,
  type CheckedRow,
  type Command,
  chunkRows,
  type Operation,
  type OperationRow,
  type OperationState,
  type Verdict,
} from './model.ts';
export { OperationReply, operationRoutes, operationView } from './routes.ts';
export { begin, command, getOperation, sweep } from './service.ts';
export { isAtWork } from './sql/operations.ts';
export { countCodes, countEffects, listRows } from './sql/rows.ts';
export { bodyOf, keepText, receive, type Upload } from './upload.ts';
