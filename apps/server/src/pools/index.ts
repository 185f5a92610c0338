export type { Pool, PoolTerms, PoolVersion } from './model.ts';
export { getPoolVersions, poolsOf } from './service.ts';
