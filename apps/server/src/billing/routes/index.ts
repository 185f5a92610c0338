import type { Http } from '../../kit/http/app.ts';
import { invoiceRoutes } from './invoices.ts';
import { preBillRoutes } from './pre-bills.ts';
import { settingsRoutes } from './settings.ts';

/** Pre-bills, invoices, and how accounts are billed. */
export function billingRoutes(http: Http): void {
  preBillRoutes(http);
  invoiceRoutes(http);
  settingsRoutes(http);
}
