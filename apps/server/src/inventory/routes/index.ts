import type { Http } from '../../kit/http/app.ts';
import { blockRoutes } from './blocks.ts';
import { fleetRoutes } from './fleets.ts';
import { importRoutes } from './import.ts';
import { intakeRoutes } from './intake.ts';
import { profileRoutes } from './profiles.ts';
import { simRoutes } from './sims.ts';
import type { SimView } from './view.ts';

export { accountOf, Labels } from './sims.ts';
export { naming, ShownStatusName, type SimView } from './view.ts';

export function inventoryRoutes(http: Http, view: SimView): void {
  intakeRoutes(http);
  importRoutes(http);
  simRoutes(http, view);
  blockRoutes(http, view);
  fleetRoutes(http);
  profileRoutes(http);
}
