export type { Direction, SmsCommand, SmsStatus } from './model.ts';
export { commandRoutes } from './routes/index.ts';
export { carrySms, type Hands } from './sender.ts';
export { getSms, listSms, sendSms } from './service.ts';
