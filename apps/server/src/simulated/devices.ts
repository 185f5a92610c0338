import { type AccountingRecord, type Subscriber, terminateCauses } from '../radius/index.ts';
import type { Config } from './config.ts';
import type { Gateway } from './gateway.ts';
import { around, type Random } from './random.ts';
import type { SimulatedDevice } from './roster.ts';

/** What a device needs of the world around it. */
export type World = {
  config: Pick<Config, 'interimSeconds' | 'speed'>;
  gateway: Gateway;
  random: Random;
  now(): Date;
  /** May the SIM attach as far as the carrier itself is concerned? */
  admits(iccid: string): boolean;
  /** Numbers of a new session, distinct also from those of an earlier life of this process. */
  newSession(): { acctSessionId: string; chargingId: number };
};

export type Device = {
  sim: SimulatedDevice;
  session(): string | null;
  /** Ends the session, if there is one, with this cause: the Stop follows. */
  end(terminateCause: number): boolean;
  /** Looks again whether it may attach, without waiting for the next try. */
  nudge(): void;
  /** Falls silent, without a Stop. */
  stop(): void;
};

type Session = {
  acctSessionId: string;
  chargingId: number;
  class: Buffer | null;
  who: Subscriber;
  startedAt: number;
  measuredAt: number;
  up: bigint;
  down: bigint;
  cause: number | null;
};

const MAX_STOP_SENDS = 20;
const RETRY_SECONDS = { first: 20, most: 240 };
const WAKE_UP_SECONDS = 30;
const COME_BACK_SECONDS = 5;

/**
 * Starts the life of a device: attach, session with interims, sleep, again. Refused, or unanswered, it tries again after
 * 20, 40, 80 … 240 s. `framedIp` is the address it gets.
 */
export function startDevice(sim: SimulatedDevice, framedIp: string, world: World): Device {
  const { profile } = sim;
  const { gateway, random, config } = world;
  let session: Session | null = null;
  let stopped = false;
  let wake = () => {};

  /** Seconds at speed 1; `wake` ends it early. */
  function wait(seconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => wake(), (seconds * 1000) / config.speed);
      wake = () => {
        clearTimeout(timer);
        wake = () => {};
        resolve();
      };
      if (stopped) wake();
    });
  }

  async function live(): Promise<void> {
    await wait(random() * WAKE_UP_SECONDS);
    let refusals = 0;
    while (!stopped) {
      const opened = world.admits(sim.iccid) ? await attach() : null;
      if (opened) {
        refusals = 0;
        await connect(opened);
        // Thrown out, it comes straight back: a disconnect alone is not a block.
        const thrownOut = opened.cause === terminateCauses.adminReset;
        await wait(around(thrownOut ? COME_BACK_SECONDS : profile.sleep, 0.5, random));
      } else {
        await wait(around(Math.min(RETRY_SECONDS.first * 2 ** refusals, RETRY_SECONDS.most), 0.2, random));
        refusals = Math.min(refusals + 1, 10);
      }
    }
  }

  async function attach(): Promise<Session | null> {
    const network = sim.roamsTo && random() < 0.2 ? sim.roamsTo : sim.visited;
    const { imsi, msisdn, imei, rat, apn } = sim;
    const who = { imsi, msisdn, imei, rat, apn, plmn: network.plmn, location: whereabouts(imsi) };
    const access = await gateway.attach(who);
    // The carrier may have suspended the SIM while we asked.
    if (access.answer !== 'accept' || stopped || !world.admits(sim.iccid)) return null;
    const at = world.now().getTime();
    return {
      ...world.newSession(),
      class: access.class,
      who: { ...who, framedIp },
      startedAt: at,
      measuredAt: at,
      up: 0n,
      down: 0n,
      cause: null,
    };
  }

  async function connect(opened: Session): Promise<void> {
    session = opened;
    await tell('start', opened);
    const interims = Math.max(1, Math.round(around(profile.interims, 0.5, random)));
    for (let i = 1; !stopped && opened.cause === null; i += 1) {
      await wait(around(config.interimSeconds, 0.1, random));
      use(opened);
      if (stopped || opened.cause !== null || i >= interims) break;
      // An interim nobody acknowledged is no loss: the next one carries the same octets and more.
      await tell('interim', opened);
    }
    session = null;
    if (!stopped) await tellStop(opened);
  }

  /** Octets since the last measurement: a share of the profile's 15 s, unsteady, now and then a burst. */
  function use(used: Session): void {
    const at = world.now().getTime();
    const share = (((at - used.measuredAt) / 1000) * config.speed) / 15;
    const burst = random() < 0.05 ? 4 : 1;
    used.measuredAt = at;
    used.up += BigInt(Math.round(around(profile.up * share * burst, 0.6, random)));
    used.down += BigInt(Math.round(around(profile.down * share * burst, 0.6, random)));
  }

  function tell(
    status: AccountingRecord['status'],
    of: Session,
    more: Partial<AccountingRecord> = {},
  ): Promise<boolean> {
    const at = world.now();
    return gateway.account(of.who, {
      status,
      acctSessionId: of.acctSessionId,
      chargingId: of.chargingId,
      nsapi: '5',
      class: of.class,
      up: of.up,
      down: of.down,
      sessionTime: Math.floor((at.getTime() - of.startedAt) / 1000),
      eventTime: at,
      ...more,
    });
  }

  /** A Stop is kept until someone acknowledges it: the same event, told again with the delay since. */
  async function tellStop(of: Session): Promise<void> {
    const ended = world.now();
    const sessionTime = Math.floor((ended.getTime() - of.startedAt) / 1000);
    const terminateCause = of.cause ?? terminateCauses.userRequest;
    for (let sends = 0; sends < MAX_STOP_SENDS && !stopped; sends += 1) {
      const delaySeconds = Math.floor((world.now().getTime() - ended.getTime()) / 1000);
      if (await tell('stop', of, { eventTime: ended, sessionTime, terminateCause, delaySeconds })) return;
      await wait(Math.min(10 * 2 ** sends, RETRY_SECONDS.most));
    }
  }

  if (profile.interims > 0) {
    live().catch((error: unknown) => {
      // A device that fails is a mistake in this file; the others go on.
      console.error(`simulated device ${sim.iccid}`, error);
    });
  }

  return {
    sim,
    session: () => session?.acctSessionId ?? null,
    end(terminateCause) {
      if (!session || session.cause !== null) return false;
      session.cause = terminateCause;
      wake();
      return true;
    },
    nudge() {
      if (!session) wake();
    },
    stop() {
      stopped = true;
      wake();
    },
  };
}

/** The cell of a device, always the same: this telecom's devices stay where they are. */
function whereabouts(imsi: string): { area: number; cell: number } {
  return { area: Number(imsi.slice(-4)), cell: Number(imsi.slice(-8)) };
}
