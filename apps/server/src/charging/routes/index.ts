import type { Http } from '../../kit/http/app.ts';
import type { RecordIntake } from '../charger.ts';
import { intakeRoutes } from './intake.ts';
import { recordRoutes } from './records.ts';
import { reratingRoutes } from './reratings.ts';
import { restatementRoutes } from './restatements.ts';

/** Usage on its way in, what became of it, and what is corrected. */
export function chargingRoutes(http: Http, charger: RecordIntake): void {
  intakeRoutes(http, charger);
  recordRoutes(http);
  restatementRoutes(http, charger);
  reratingRoutes(http);
}
