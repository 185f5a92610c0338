import type { Http } from '../../kit/http/app.ts';
import { profileRoutes } from './profiles.ts';
import { settingsRoutes } from './settings.ts';

export function provisioningRoutes(http: Http): void {
  profileRoutes(http);
  settingsRoutes(http);
}
