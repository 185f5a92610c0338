export { type ListenerDeps, listenToDevices, type Outcome } from './ip/listener.ts';
export { type IpCommand, ipErrors, writtenPayload } from './ip/model.ts';
export { openReach, type Reach } from './ip/reach.ts';
export { carryIp, type IpHands } from './ip/sender.ts';
export { callbackUnanswered, getIp, ipRefusals, listIp, receiveIp, sendIp, sweepIp } from './ip/service.ts';
export type { Direction, SmsCommand, SmsStatus } from './model.ts';
export { commandRoutes } from './routes/index.ts';
export { carrySms, type Hands } from './sender.ts';
export { getSms, listSms, sendSms } from './service.ts';
