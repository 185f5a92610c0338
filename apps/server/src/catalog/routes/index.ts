import type { Http } from '../../kit/http/app.ts';
import { networkRoutes } from './networks.ts';
import { type PlanHands, planRoutes, versionRoutes } from './plans.ts';
import { presetRoutes } from './presets.ts';
import { zoneRoutes } from './zones.ts';

export type { PlanHands } from './plans.ts';

export function catalogRoutes(http: Http, hands: PlanHands): void {
  planRoutes(http, hands);
  versionRoutes(http, hands);
  presetRoutes(http);
  zoneRoutes(http);
  networkRoutes(http);
}
