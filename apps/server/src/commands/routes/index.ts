import type { Http } from '../../kit/http/app.ts';
import { ipCommandRoutes } from '../ip/routes.ts';
import { intakeRoutes } from './intake.ts';
import { smsRoutes } from './sms.ts';

/** Text and data to SIMs and from them, and what telecoms hand in of text. */
export function commandRoutes(http: Http): void {
  smsRoutes(http);
  intakeRoutes(http);
  ipCommandRoutes(http);
}
