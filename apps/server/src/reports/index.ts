export { countDueMonths } from './counting.ts';
export { reportRoutes } from './routes.ts';
export { monthReports } from './service.ts';
export { countPendingBills, sumOverdue } from './sql.ts';
