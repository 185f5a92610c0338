/** The door of insight: read-only, no table. What the rooms know, put together for the people who look. */
export { type Diagnosis, type DiagnosisFacts, diagnose } from './diagnosis.ts';
export { type Explanation, explain } from './explanations/index.ts';
export { poolView } from './pools/pools.ts';
export { insightRoutes } from './routes/index.ts';
export { readSim, simView } from './sims.ts';
export { transactionView } from './transactions.ts';
export { aboutTransfers } from './transfers.ts';
