import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Database, openDatabase } from '../../src/kit/db.ts';
import { type Random, seeded } from '../../src/simulated/random.ts';
import { openGateway } from '../gateway.ts';
import { drift } from '../world.ts';
import { below, openDevice, type Sent, shuffled } from './feed.ts';
import { type Layout, openSystem, type Victim, victims } from './layouts.ts';
import { openNetwork, patienceMs, replay, traffic } from './network.ts';
import type { SubjectConfig } from './subject.ts';
import { lostOf, readStored, wrongOf } from './verdict.ts';

export type CrashOptions = {
  seed: number;
  layout?: Layout;
  /** How often something is killed. */
  kills?: number;
  /** What may be killed; all kinds unless the test wants some. */
  choices?: readonly Victim[];
  /** The control: the product answers before it has committed. */
  acknowledgeEarly?: boolean;
  /** SQL that breaks the product, run once by the owner of the schema: another control. */
  sabotage?: string;
};

/** What one seed showed. A sound product leaves `problems` empty. */
export type CrashReport = {
  seed: number;
  layout: Layout;
  killed: Victim[];
  packets: number;
  acknowledged: number;
  replayed: number;
  /** I5 and the like: each sentence is one acknowledged thing that was not there, or one sum that is wrong. */
  problems: string[];
};

/** Packets answered between two kills. */
const fewest = 20;
const most = 180;
/** The kill comes this long after the answer that the seed has chosen, so that every phase of a batch is hit. */
const latestMs = 25;

/** What is killed, and when; `which` in [0, 1) chooses among backends. */
type Kill = { victim: Victim; answers: number; delayMs: number; which: number };

function planOf({ kills = 3, layout = 'all', choices = victims[layout] }: CrashOptions, random: Random): Kill[] {
  return Array.from({ length: kills }, () => ({
    victim: choices[below(random, choices.length)]!,
    answers: fewest + below(random, most - fewest),
    delayMs: random() * latestMs,
    which: random(),
  }));
}

/**
 * One seed: real packets over many sessions, the product or its database killed at moments that the seed draws, started
 * again on what is left. Right after each start, before another packet is sent, what was acknowledged is compared with
 * what is stored; at the end the whole feed is sent once more in random order with a fifth of it twice, and the sums
 * must be those of the feed alone. The killer, the network and its log live in this process, outside the one killed.
 */
export async function crash(options: CrashOptions): Promise<CrashReport> {
  // Each with numbers of its own, so that the plan does not depend on which device was answered first.
  const stream = (name: string) => seeded(`crash ${options.seed} ${name}`);
  const random = stream('replay');
  const plan = planOf(options, stream('plan'));
  const home = mkdtempSync(join(tmpdir(), 'simwright-crash-'));
  const gateway = await openGateway(() => ({ authPort: 0, acctPort: 0 }));
  const given: SubjectConfig = {
    config: {
      home,
      host: '127.0.0.1',
      port: 0,
      publicUrl: 'http://127.0.0.1',
      databaseUrl: null,
      radius: { host: '127.0.0.1', authPort: 0, acctPort: 0 },
      demo: false,
      logLevel: 'silent',
    },
    nas: { address: gateway.address, secret: gateway.secret.toString(), coaPort: gateway.coaPort },
    seed: `crash ${options.seed}`,
    acknowledgeEarly: options.acknowledgeEarly ?? false,
  };
  const report: CrashReport = {
    seed: options.seed,
    layout: options.layout ?? 'all',
    killed: [],
    packets: 0,
    acknowledged: 0,
    replayed: 0,
    problems: [],
  };
  const feed: Sent[] = [];
  const system = openSystem(report.layout, given);

  const look = async <T>(read: (owner: Database) => Promise<T>): Promise<T> => {
    const end = Date.now() + patienceMs;
    for (;;) {
      const owner = openDatabase(system.ready().owner, 1);
      try {
        return await read(owner);
      } catch (error) {
        // A server that recovers from a lost backend refuses for a moment.
        if (Date.now() > end) throw error;
        await sleep(100);
      } finally {
        await owner.pool.end();
      }
    }
  };
  const laws = async (when: string) => {
    const rows = await look(drift);
    report.problems.push(...rows.map((row) => `${when}: drift ${JSON.stringify(row)}`));
  };

  try {
    await system.start();
    if (options.sabotage) await look((owner) => owner.pool.query(options.sabotage!));
    const devices = [...system.ready().imsis, '001019999999999'].map((imsi, i) =>
      openDevice({ imsi, plmn: '26201', rat: 'EUTRAN' }, `${options.seed}-${i}`, stream(`device ${i}`)),
    );

    for (const [i, { victim, answers, delayMs, which }] of plan.entries()) {
      await traffic(await openNetwork(system.ready().radius, gateway), devices, feed, async (answered) => {
        await answered(answers);
        await sleep(delayMs);
        await system.kill(victim, which);
        // What was answered before the end may still be on its way to us, and counts.
        await sleep(30);
      });
      report.killed.push(victim);
      await system.start();
      const when = `after kill ${i + 1} (${victim})`;
      const stored = await look(readStored);
      const missing = system.missing();
      if (missing.length > 0) report.problems.push(`${when}: ${missing.join(', ')} did not survive it`);
      report.problems.push(...lostOf(feed, stored).map((lost) => `${when}: ${lost}`));
      await laws(when);
    }

    // Until here a kill was the last word; now the network has all the time it wants.
    await traffic(await openNetwork(system.ready().radius, gateway), devices, feed, (answered) => answered(fewest));
    const again = [...feed, ...feed.filter(() => random() < 0.2)];
    report.packets = feed.length;
    report.acknowledged = feed.filter((sent) => sent.acknowledged).length;
    report.replayed = again.length;
    await replay(await openNetwork(system.ready().radius, gateway), shuffled(again, random));
    const stored = await look(readStored);
    report.problems.push(...wrongOf(feed, stored));
    await laws('after the replay');
    await system.stop();
    return report;
  } finally {
    system.clearAway();
    await gateway.close();
    rmSync(home, { recursive: true, force: true });
  }
}

export function describeReport({
  seed,
  layout,
  killed,
  packets,
  acknowledged,
  replayed,
  problems,
}: CrashReport): string {
  const outcome =
    problems.length === 0 ? 'each acknowledged packet charged exactly once' : `${problems.length} problems`;
  return `seed ${seed}, ${layout}: killed ${killed.join(', ') || 'nothing'}; ${packets} packets, ${acknowledged} acknowledged, ${replayed} replayed: ${outcome}`;
}
