export { lookAtDue } from './look.ts';
export { lookAtPrepaid } from './prepaid.ts';
export { reminderRoutes } from './routes/index.ts';
export { changeSettings } from './settings.ts';
export { billIssued, invoiceReopened, paymentSucceeded } from './told.ts';
export { type Hands, writeDue } from './writer.ts';
