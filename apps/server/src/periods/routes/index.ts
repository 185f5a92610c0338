import type { SimView } from '../../inventory/index.ts';
import type { Http } from '../../kit/http/app.ts';
import { adjustmentRoutes } from './adjustments.ts';
import { assignmentRoutes } from './assignments.ts';
import { bulkRoutes } from './bulk.ts';
import { dueFeeRoutes } from './due-fees.ts';
import { historyRoutes } from './history.ts';
import { memberRoutes } from './members.ts';
import { planRoutes } from './plans.ts';
import { previewRoutes } from './preview.ts';
import { refillRoutes } from './refills.ts';
import { statusRoutes } from './status.ts';

export function periodRoutes(http: Http, view: SimView): void {
  statusRoutes(http, view);
  planRoutes(http, view);
  previewRoutes(http);
  assignmentRoutes(http);
  refillRoutes(http, view);
  bulkRoutes(http);
  historyRoutes(http);
  memberRoutes(http);
  dueFeeRoutes(http);
  adjustmentRoutes(http);
}
