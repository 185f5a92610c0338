import type { Http } from '../../kit/http/app.ts';
import type { OnAccount } from '../approve.ts';
import { invoiceRoutes } from './invoices.ts';
import { preBillRoutes } from './pre-bills.ts';
import { settingsRoutes } from './settings.ts';

/** Pre-bills, invoices, and how accounts are billed. @param onAccount what pays invoices as they are issued */
export function billingRoutes(http: Http, onAccount: OnAccount | null = null): void {
  preBillRoutes(http, onAccount);
  invoiceRoutes(http);
  settingsRoutes(http);
}
