import type { SimulatedDevice } from './roster.ts';

/** What a device can tell of itself. */
export type Condition = { sim: SimulatedDevice; session: string | null };

/** What a text makes a device say, and do. */
export type Answer = { text: string; restart: boolean };

const commands = 'ping, status, imei, reboot, help';

/** Devices understand a few words, in any case and with blanks around them; of anything else they say what they do understand. */
export function answerTo(text: string, { sim, session }: Condition): Answer {
  const say = (words: string): Answer => ({ text: words, restart: false });
  switch (text.trim().toLowerCase()) {
    case 'ping':
      return say('pong');
    case 'status':
      return say(
        `${sim.profile.name}: ${session ? 'connected' : 'asleep'}, ${sim.rat}, network ${sim.visited.plmn} (${sim.visited.country}), APN ${sim.apn}`,
      );
    case 'imei':
      return say(sim.imei);
    case 'reboot':
      return { text: 'rebooting', restart: true };
    case 'help':
      return say(commands);
    default:
      return say(`not understood; try ${commands}`);
  }
}
