import type { Http } from '../../kit/http/app.ts';
import type { LiveFeed } from '../../kit/live.ts';
import type { Authentication } from '../authentication/index.ts';
import type { VisibleLines } from '../live.ts';
import { companyRoutes, endUserRoutes, type MayArchive } from './companies.ts';
import { auditRoutes, eventRoutes } from './events.ts';
import { linkRoutes } from './links.ts';
import { meRoutes } from './me.ts';
import { missedRoutes } from './missed.ts';
import { myRoutes } from './my.ts';
import { organizationRoutes } from './organization.ts';
import { apiKeyRoutes, staffRoutes } from './people.ts';
import { signInRoutes } from './sign-in.ts';
import { tokenRoute } from './token.ts';

/** Every route of tenancy, with the token endpoint and, when there is a live feed, the stream of events. */
export function tenancyRoutes(
  http: Http,
  authentication: Authentication,
  options: {
    live?: LiveFeed;
    visibleLines?: VisibleLines;
    mayArchive?: MayArchive;
  } = {},
): void {
  signInRoutes(http, authentication);
  linkRoutes(http, authentication);
  myRoutes(http, authentication);
  tokenRoute(http);
  meRoutes(http, authentication);
  organizationRoutes(http);
  const { mayArchive = async () => {} } = options;
  companyRoutes(http, mayArchive);
  endUserRoutes(http, mayArchive);
  staffRoutes(http);
  apiKeyRoutes(http);
  auditRoutes(http);
  eventRoutes(http, options.live ?? null, options.visibleLines ?? null);
  missedRoutes(http);
}
