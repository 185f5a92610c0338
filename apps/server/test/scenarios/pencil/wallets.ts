import type { Micros, Plan } from '../language/index.ts';
import { block, happen, type Line, lift, type World } from './world.ts';

/** A recurring fee: on account, or out of the wallet of a PAYGO line as far as its floor allows. */
export function chargeFee(world: World, line: Line, micros: Micros, at: Date): void {
  const wallet = walletOf(world, line);
  if (micros === 0n || !wallet) {
    happen(world, line.sim.name, { kind: 'fee', micros });
    return;
  }
  if (wallet.remaining - micros < wallet.floor) {
    line.due.push({ micros, at });
    block(world, line, 'fee_unpaid');
    return;
  }
  wallet.remaining -= micros;
  happen(world, line.sim.name, { kind: 'fee', micros });
  lookAtWallet(world, line.company);
}

/** Usage that happened is always paid, whatever is left. */
export function payUsage(world: World, line: Line, plan: Plan, micros: Micros): void {
  const wallet = walletOf(world, line, plan);
  if (!wallet) return;
  wallet.remaining -= micros;
  lookAtWallet(world, line.company);
}

/** Money comes in: what is due is collected, the oldest first, then the lines that it stopped are looked at again. */
export function credit(world: World, company: string, micros: Micros): void {
  const wallet = world.wallets.get(company)!;
  wallet.remaining += micros;
  const lines = paygoLines(world, company);
  const due = lines.flatMap((line) => line.due.map((fee) => ({ line, fee })));
  due.sort((a, b) => a.fee.at.getTime() - b.fee.at.getTime());
  for (const { line, fee } of due) {
    if (wallet.remaining - fee.micros < wallet.floor) break;
    wallet.remaining -= fee.micros;
    line.due = line.due.filter((each) => each !== fee);
    happen(world, line.sim.name, { kind: 'fee', micros: fee.micros });
    if (line.due.length === 0) lift(world, line, 'fee_unpaid');
  }
  lookAtWallet(world, company);
}

/** At the floor every PAYGO line of the wallet stops; above it all go on. */
export function lookAtWallet(world: World, company: string | null): void {
  const wallet = company === null ? undefined : world.wallets.get(company);
  if (!wallet) return;
  for (const line of paygoLines(world, company!)) {
    if (wallet.remaining <= wallet.floor) block(world, line, 'balance');
    else lift(world, line, 'balance');
  }
}

function walletOf(world: World, line: Line, plan = line.plan) {
  return plan?.type === 'paygo' && line.company !== null ? world.wallets.get(line.company) : undefined;
}

function paygoLines(world: World, company: string): Line[] {
  return world.lines.filter(
    (line) =>
      line.company === company && line.plan?.type === 'paygo' && !['blank', 'archived'].includes(line.lifecycle),
  );
}
