import type { Http } from '../../kit/http/app.ts';
import { intakeRoutes } from './intake.ts';
import { smsRoutes } from './sms.ts';

/** Text to SIMs and from them, and what telecoms hand in of it. */
export function commandRoutes(http: Http): void {
  smsRoutes(http);
  intakeRoutes(http);
}
