import { eidOf } from '@simwright/measure';
import { terminateCauses } from '../radius/index.ts';
import { answerTo } from './answers.ts';
import { openApi, type Said } from './api.ts';
import { openCarrier } from './carrier.ts';
import type { Config } from './config.ts';
import { type Device, startDevice, type World } from './devices.ts';
import { openGateway } from './gateway.ts';
import { openMessageCentre, type Reach } from './message-centre.ts';
import { seeded } from './random.ts';
import { openReporter } from './reporter.ts';
import { esimRoster, roster, type SimulatedDevice } from './roster.ts';
import { openOverTheAir } from './settings.ts';
import { openSmdp } from './smdp.ts';

export type Telecom = {
  coaPort: number;
  controlPort: number;
  /** Undefined before the telecom has announced itself. */
  device(iccid: string): Device | undefined;
  close(): Promise<void>;
};

/** Seconds a person would wait for a device's answer, at speed 1. */
const ANSWER_SECONDS = 2;
const ANNOUNCE_RETRY_MS = { first: 500, most: 15_000 };

/**
 * A whole telecom: a carrier with its API, a gateway that speaks RADIUS, and devices that come and go. It attaches nobody
 * before its Accounting-On is acknowledged, so that sessions of an earlier life are closed first.
 */
export async function openTelecom(config: Config, now: () => Date): Promise<Telecom> {
  const sims = roster(config.seed, config.count);
  const byIccid = new Map<string, Device>();
  const esims = esimRoster(config.seed, config.esims);
  const all = [...sims, ...esims];
  const esimIccids = new Set(esims.map(({ iccid }) => iccid));
  const simsByIccid = new Map(all.map((sim) => [sim.iccid, sim]));
  // Seconds of the start: sessions of this life have other names than those of an earlier one.
  const life = Math.floor(now().getTime() / 1000);

  let sessions = 0;
  let texting = 0;
  let closed = false;
  let announced = false;
  const waiting = new Set<number>();

  const carrier = openCarrier(
    all.map(({ iccid }) => iccid),
    {
      speed: config.speed,
      now,
      random: seeded(`carrier ${config.seed}`),
      changed(iccid, state) {
        if (state === 'suspended') byIccid.get(iccid)?.end(terminateCauses.nasRequest);
        else byIccid.get(iccid)?.nudge();
      },
    },
  );
  const reporter = openReporter(config.intake);
  const answering = new Set<NodeJS.Timeout>();
  const texts = openMessageCentre({
    speed: config.speed,
    now,
    random: seeded(`texts ${config.seed}`),
    knows: (iccid) => simsByIccid.has(iccid),
    reach,
    settled({ key, status, failure }) {
      if (status === 'sent') return;
      reporter.tell({
        key: `${key} ${status}`,
        kind: 'report',
        command: key,
        status,
        ...(failure && { reason: failure }),
      });
    },
    arrived: ({ iccid, text }) => answer(simsByIccid.get(iccid)!, text),
  });

  /** A device that never attaches is switched off; between sessions it sleeps, and a text wakes it. */
  function reach(iccid: string): Reach {
    if (carrier.get(iccid)?.state !== 'active') return 'barred';
    // An eSIM has a device once one has installed it.
    const isThere = byIccid.has(iccid) || !esimIccids.has(iccid);
    return isThere && simsByIccid.get(iccid)!.profile.interims > 0 ? 'here' : 'absent';
  }

  function say(iccid: string, text: string): Said {
    const sim = simsByIccid.get(iccid);
    if (!sim) return { ok: false, reason: 'unknown_sim' };
    if (reach(iccid) !== 'here') return { ok: false, reason: 'not_attached' };
    texting += 1;
    const key = `${life.toString(16)}-${texting}`;
    const told = reporter.tell({ key, kind: 'text', imsi: sim.imsi, text });
    return told ? { ok: true, key } : { ok: false, reason: 'too_many_texts' };
  }

  function answer(sim: SimulatedDevice, text: string): void {
    const timer = setTimeout(
      () => {
        answering.delete(timer);
        const device = byIccid.get(sim.iccid);
        const said = answerTo(text, { sim, session: device?.session() ?? null });
        say(sim.iccid, said.text);
        // It is thrown out and comes straight back, as after a Disconnect-Request.
        if (said.restart) device?.end(terminateCauses.adminReset);
      },
      (ANSWER_SECONDS * 1000) / config.speed,
    );
    answering.add(timer);
  }

  const inSession = (iccid: string) => byIccid.get(iccid)?.session() != null;
  const smdpRandom = seeded(`smdp ${config.seed}`);
  const smdp = openSmdp([...esimIccids], {
    ...{ speed: config.speed, now, random: smdpRandom, told: config.progress },
    anyEid: () => eidOf(`89049032${String(Math.floor(smdpRandom() * 1e15)).padStart(21, '0')}1`),
    installed: (iccid) => begin(sims.length + esims.findIndex((esim) => esim.iccid === iccid)),
  });
  const overTheAir = openOverTheAir({ speed: config.speed, random: seeded(`settings ${config.seed}`), inSession });
  const gateway = await openGateway(config, packetsPerSecond(config), endSession, now);
  const api = await openApi({
    port: config.controlPort,
    token: config.token,
    carrier,
    texts,
    say,
    imsiOf: (iccid) => simsByIccid.get(iccid)?.imsi ?? '',
    ...{ inSession, smdp, overTheAir },
  }).catch((error: unknown) => {
    gateway.close();
    smdp.close();
    overTheAir.close();
    throw error;
  });

  /** All identifiers of a Disconnect-Request must match (RFC 5176 section 3). */
  function endSession({ acctSessionId, imsi }: { acctSessionId: string; imsi: string | null }): boolean {
    for (const device of byIccid.values()) {
      if (device.session() !== acctSessionId) continue;
      return (imsi === null || imsi === device.sim.imsi) && device.end(terminateCauses.adminReset);
    }
    return false;
  }

  async function run(): Promise<void> {
    for (let pause = ANNOUNCE_RETRY_MS.first; !closed && !(await gateway.announce()); ) {
      await new Promise((resolve) => setTimeout(resolve, pause));
      pause = Math.min(pause * 2, ANNOUNCE_RETRY_MS.most);
    }
    if (closed) return;
    announced = true;
    for (const index of sims.keys()) begin(index);
    for (const index of waiting) begin(index);
  }

  /** A device begins to live; before the telecom has announced itself it waits. */
  function begin(index: number): void {
    const sim = all[index]!;
    if (!announced) waiting.add(index);
    else if (!closed && !byIccid.has(sim.iccid)) {
      const world = { ...shared, random: seeded(`device ${config.seed} ${index}`) };
      byIccid.set(sim.iccid, startDevice(sim, framedIp(index), world));
    }
  }

  const shared: Omit<World, 'random'> = {
    config,
    gateway,
    now,
    admits: (iccid) => carrier.get(iccid)?.state === 'active',
    newSession() {
      sessions += 1;
      const number = sessions.toString(16).padStart(6, '0');
      return { acctSessionId: `${life.toString(16)}-${number}`, chargingId: (life * 65_536 + sessions) % 2 ** 32 };
    },
  };

  void run();
  return {
    coaPort: gateway.coaPort,
    controlPort: api.port,
    device: (iccid) => byIccid.get(iccid),
    async close() {
      closed = true;
      for (const device of byIccid.values()) device.stop();
      smdp.close();
      overTheAir.close();
      carrier.close();
      texts.close();
      for (const timer of answering) clearTimeout(timer);
      reporter.close();
      gateway.close();
      await api.close();
    },
  };
}

/** Enough for every device to be in session, and little more: 200 devices at 15 s make at most 19 packets a second. */
function packetsPerSecond({ count, interimSeconds, speed }: Config): number {
  return Math.max(5, (1.4 * count * speed) / interimSeconds);
}

/** 10.64.0.0/10 holds four million, one for each device. */
function framedIp(index: number): string {
  return `10.${64 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`;
}
