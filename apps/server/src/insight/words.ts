import { type Block, type BlockReason, liftedByWhat } from '../inventory/index.ts';
import type { SimFacts } from './facts.ts';

/** Why a block is there. */
export const blockWords: Record<BlockReason, string> = {
  data_limit: 'The data limit of this billing period is reached',
  balance: 'The balance is used up',
  validity: 'The validity has ended',
  fee_unpaid: 'A fee is not paid',
  imei: 'The SIM is in a device that is not allowed',
  rule: 'A rule stopped it',
  manual: 'Staff stopped it',
};

type Told = Pick<Block, 'reason' | 'detail'>;

/** Why this block is there; what it shares with other lines, a pool or a wallet, is named as such. */
export function blockText(block: Told): string {
  if (isOfPool(block)) return 'The data limit of its pool is reached';
  if (isAtFloor(block)) return 'The wallet stands at its minimum balance';
  return blockWords[block.reason];
}

/** What lifts it. */
export function blockLiftedBy(block: Told): string {
  if (isOfPool(block)) return 'The next month of the pool, or a higher limit of the pool.';
  if (isAtFloor(block)) return 'Money in the wallet, or a lower minimum balance.';
  return liftedByWhat(block.reason);
}

/** A block with both sentences. */
export function showBlock<T extends Told>(block: T): T & { text: string; liftedBy: string } {
  return { ...block, text: `${blockText(block)}.`, liftedBy: blockLiftedBy(block) };
}

/** Of a line that pays from a wallet; a prepaid one has a balance of its own. */
function isAtFloor({ reason, detail }: Told): boolean {
  return reason === 'balance' && ('floor' in detail || 'wallet' in detail);
}

export function isOfWallet(block: Told): boolean {
  return block.reason === 'fee_unpaid' || isAtFloor(block);
}

export function isOfPool({ reason, detail }: Told): boolean {
  return reason === 'data_limit' && detail.limitFrom === 'pool';
}

/** Why a device was not let in; the codes are those of charging's answer to an Access-Request. */
export const rejectionWords: Record<string, string> = {
  unknown_sim: 'the SIM was not known',
  not_registered: 'the SIM was in no account',
  not_activated: 'the SIM was not activated',
  suspended: 'the SIM was suspended',
  archived: 'the SIM was archived',
  blocked: 'the SIM was blocked',
  data_disabled: 'its fleet has data switched off',
  rate_limited: 'the device asked more than sixty times in a minute',
  network_not_allowed: 'the visited network is not allowed by its network access profile',
};

/** One short sentence beside the shown status: why it is so. Null where the word says it all. */
export function statusReason(facts: SimFacts): string | null {
  const { sim, telecom, link, pending, blocks, suspension } = facts;
  switch (facts.status) {
    case 'Archived':
      return null;
    case 'Not Available':
      return `${telecom?.name ?? 'The telecom'} is not integrated.`;
    case 'Pending':
      if (!pending) return `${telecom?.name ?? 'The telecom'} has not confirmed this SIM yet.`;
      return `The telecom was asked to switch it ${pending.want === 'active' ? 'on' : 'off'}.`;
    case 'Invalid':
      return link?.linkReason ?? 'The telecom rejected this SIM.';
    case 'Blank':
      return sim.registeredAt ? 'Not activated yet.' : 'In stock.';
    case 'Suspended': {
      if (sim.lifecycle === 'suspended') return suspension?.reason || 'Suspended.';
      const first = blocks.find((block) => block.reason !== 'data_limit');
      return first ? `${blockText(first)}.` : null;
    }
    case 'Activation Ready':
    case 'Active':
      if (blocks[0]) return `${blockText(blocks[0])}.`;
      return sim.lifecycle === 'ready' ? 'Waits for its first usage.' : null;
  }
}

/** RFC 2866 section 5.10, in words. */
const terminateWords: Record<number, string> = {
  1: 'ended by the device',
  2: 'connection lost',
  3: 'service lost',
  4: 'idle too long',
  5: 'longest time reached',
  6: 'reset by an administrator',
  7: 'restart of the network access server',
  8: 'fault of a port',
  9: 'fault of the network access server',
  10: 'asked for by the network access server',
  11: 'restart of the network access server',
  12: 'port no longer needed',
  13: 'port taken by a better connection',
  14: 'port suspended',
  15: 'service not available',
  16: 'called back',
  17: 'fault of the device',
  18: 'asked for by the host',
};

export function terminateText(cause: number | null): string | null {
  return cause === null ? null : (terminateWords[cause] ?? `cause ${cause}`);
}
