import type { Micros } from '@simwright/measure';
import type { Id } from '../kit/ids.ts';

/** What a pool's month costs and holds; immutable once saved, like the terms of a plan. */
export type PoolTerms = {
  currency: string;
  mbBytes: bigint;
  /** Static: the balance of a month, however many members. A dynamic pool has what its members bring, and 0 here. */
  allowanceBytes: bigint;
  /** Static: the fee of a month. A dynamic pool's members bring theirs, and 0 here. */
  feeMicros: Micros;
  /** Blocks of the pool's overage; both null: use beyond the balance costs nothing. */
  overageSizeBytes: bigint | null;
  overagePriceMicros: Micros | null;
  paymentType: 'pre_billing' | 'advanced_billing' | 'post_billing' | 'manual';
};

export type PoolVersion = PoolTerms & { id: Id; poolId: Id; version: number; createdAt: Date };

export type Pool = {
  id: Id;
  /** null: the organization's own. */
  companyId: Id | null;
  type: 'static' | 'dynamic';
  name: string;
  /** From here on the month's data is cut for every member; null: no limit. */
  dataLimitBytes: bigint | null;
  labels: string[];
  note: string;
  createdAt: Date;
  archivedAt: Date | null;
};
