export type { Direction, SmsCommand, SmsStatus } from './model.ts';
export { carrySms, type Hands } from './sender.ts';
export { getSms, listSms, receiveSms, sendSms } from './service.ts';
