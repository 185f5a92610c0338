export { type PoolForm, shownTerms } from './form.ts';
export type { Pool, PoolTerms, PoolVersion } from './model.ts';
export { type PoolHands, poolRoutes } from './routes.ts';
export { PoolType, TermsReply } from './schemas.ts';
export {
  archivePool,
  changeTerms,
  createPool,
  getPool,
  getPoolVersions,
  holdPools,
  listPools,
  listPoolVersions,
  type NewPool,
  type PoolPatch,
  type PoolWithTerms,
  poolEvent,
  poolsOf,
  updatePool,
} from './service.ts';
export {
  beginReview,
  countPools,
  findReview,
  insertReviews,
  lockReview,
  moveReview,
  type PoolFilter,
} from './sql.ts';
