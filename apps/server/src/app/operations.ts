import { billRunWith, settlementOfManyWith } from '../billing/index.ts';
import * as charging from '../charging/index.ts';
import * as inventory from '../inventory/index.ts';
import type { Kinds } from '../operations/index.ts';
import * as periods from '../periods/index.ts';
import { onAccount } from '../receivables/index.ts';
import * as takeover from '../takeover/index.ts';

/** Every kind of operation, by its name: `operations` knows no room, so they meet here. */
export const operationKinds: Kinds = {
  bill_run: billRunWith(onAccount),
  pre_bill_settlement: settlementOfManyWith(onAccount),
  sim_import: inventory.simImport,
  plan_assignment: periods.planAssignment,
  usage_restatement: charging.usageRestatement,
  account_takeover: takeover.accountTakeover,
};
