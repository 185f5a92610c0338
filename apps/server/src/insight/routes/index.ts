import type { Http } from '../../kit/http/app.ts';
import { explainRoutes } from './explain.ts';
import { explanationRoutes } from './explanations.ts';
import { mySimRoutes } from './my-sims.ts';
import { overviewRoutes } from './overview.ts';
import { poolReadRoutes } from './pools.ts';
import { sessionRoutes } from './sessions.ts';
import { simRoutes } from './sims.ts';
import { whatIfRoutes } from './what-if.ts';

export function insightRoutes(http: Http): void {
  overviewRoutes(http);
  simRoutes(http);
  mySimRoutes(http);
  explainRoutes(http);
  sessionRoutes(http);
  whatIfRoutes(http);
  poolReadRoutes(http);
  explanationRoutes(http);
}
