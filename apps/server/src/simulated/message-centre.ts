import type { Random } from './random.ts';

/** A text to a SIM, as the carrier knows it. */
export type CarriedText = {
  key: string;
  iccid: string;
  text: string;
  status: 'sent' | 'delivered' | 'failed';
  /** Why it failed, in words. */
  failure: string | null;
  takenAt: Date;
  settledAt: Date | null;
};

export type Taken =
  | { ok: true; text: CarriedText }
  | { ok: false; reason: 'unknown_sim' | 'key_reused' | 'too_many_texts' };

/** Whether a text can reach a device now: `absent` may pass, `barred` is for good. */
export type Reach = 'here' | 'absent' | 'barred';

export type MessageCentre = {
  /** Takes a text under the caller's key: the same key again is the same text, carried once. */
  take(iccid: string, text: string, key: string): Taken;
  find(key: string): CarriedText | null;
  close(): void;
};

/** Texts remembered; the oldest settled ones are forgotten first. */
const maxTexts = 20_000;
/** Seconds before an absent device is tried again, at speed 1; then the text has failed. */
const triesAgain = [5, 15, 30];

/**
 * The carrier's message centre. What it takes is `sent`, and one to three seconds later (at speed 1) `delivered`, or `failed`
 * where the SIM is barred or its device stays away. `settled` is called when that is known, a delivered text before that
 * to its device by `arrived`.
 */
export function openMessageCentre(options: {
  speed: number;
  now(): Date;
  random: Random;
  knows(iccid: string): boolean;
  reach(iccid: string): Reach;
  settled(text: CarriedText): void;
  arrived(text: CarriedText): void;
}): MessageCentre {
  const { speed, now, random } = options;
  const texts = new Map<string, CarriedText>();
  const timers = new Set<NodeJS.Timeout>();

  function after(seconds: number, work: () => void): void {
    const timer = setTimeout(
      () => {
        timers.delete(timer);
        work();
      },
      (seconds * 1000) / speed,
    );
    timers.add(timer);
  }

  function settle(text: CarriedText, status: 'delivered' | 'failed', failure: string | null): void {
    Object.assign(text, { status, failure, settledAt: now() });
    options.settled(text);
    if (status === 'delivered') options.arrived(text);
  }

  function deliver(text: CarriedText, tries: number): void {
    const reach = options.reach(text.iccid);
    const pause = triesAgain[tries];
    if (reach === 'here') settle(text, 'delivered', null);
    else if (reach === 'barred') settle(text, 'failed', 'The SIM is suspended at the carrier.');
    else if (pause === undefined) settle(text, 'failed', 'The device is switched off or out of reach.');
    else after(pause, () => deliver(text, tries + 1));
  }

  function makeRoom(): boolean {
    for (const [key, { status }] of texts) {
      if (texts.size < maxTexts) return true;
      if (status !== 'sent') texts.delete(key);
    }
    return texts.size < maxTexts;
  }

  return {
    find: (key) => texts.get(key) ?? null,
    take(iccid, words, key) {
      const known = texts.get(key);
      if (known) {
        const same = known.iccid === iccid && known.text === words;
        return same ? { ok: true, text: known } : { ok: false, reason: 'key_reused' };
      }
      if (!options.knows(iccid)) return { ok: false, reason: 'unknown_sim' };
      if (!makeRoom()) return { ok: false, reason: 'too_many_texts' };
      const fresh = { failure: null, takenAt: now(), settledAt: null };
      const text: CarriedText = { key, iccid, text: words, status: 'sent', ...fresh };
      texts.set(key, text);
      after(1 + 2 * random(), () => deliver(text, 0));
      return { ok: true, text };
    },
    close() {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
