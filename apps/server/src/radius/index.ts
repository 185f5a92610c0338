export {
  type AccountingRecord,
  accessAttributes,
  accountingAttributes,
  nasAttributes,
  openClient,
  type RadiusClient,
  type Subscriber,
} from './client.ts';
export { type DisconnectOutcome, disconnect } from './coa.ts';
export {
  type Attribute,
  codes,
  type Decoded,
  decode,
  encodeReply,
  encodeRequest,
  type Packet,
  verifyReply,
  verifyRequest,
} from './codec.ts';
export type { AccessAnswer, AccessRequest, Deps, Nas, NasReset, UsageUpdate } from './contract.ts';
export {
  attributes,
  errorCauses,
  integer,
  readInteger,
  readOpaque,
  readText,
  readValues,
  terminateCauses,
  text,
  vsa,
} from './dictionary.ts';
export { listenRadius } from './listener.ts';
export { keepReplies, type Replies, replyKey } from './replies.ts';
export { bindSocket } from './socket.ts';
export { luhnDigit } from './update.ts';
