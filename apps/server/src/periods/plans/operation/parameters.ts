import { z } from 'zod';
import { type Id, parsePublicId, publicId } from '../../../kit/ids.ts';
import type * as operations from '../../../operations/index.ts';
import { type AskedSims, SimFilter } from '../../../usage/index.ts';

/** What is done to every line of an operation. */
export type Asked = {
  /** null: their plan ends. */
  planId: Id | null;
  poolId: Id | null;
  effective: 'now' | 'next_period';
};

/** As an operation keeps it, and shows it: with public ids. */
export type Parameters = {
  plan: string | null;
  pool: string | null;
  effective: Asked['effective'];
  filter?: unknown;
};

export function parametersOf({ planId, poolId, effective }: Asked, filter?: AskedSims): Parameters {
  return {
    plan: planId && publicId('plan', planId),
    pool: poolId && publicId('pool', poolId),
    effective,
    ...(filter && { filter: z.encode(SimFilter, filter as z.output<typeof SimFilter>) }),
  };
}

export function askedOf(operation: Pick<operations.Operation, 'parameters'>): Asked {
  const { plan, pool, effective } = operation.parameters as Parameters;
  return { planId: plan && parsePublicId('plan', plan), poolId: pool && parsePublicId('pool', pool), effective };
}

/** The filter of an operation on all that match. */
export function filterOf(operation: Pick<operations.Operation, 'parameters'>): AskedSims {
  return SimFilter.parse((operation.parameters as Parameters).filter);
}
