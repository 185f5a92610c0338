/** A change of a SIM's settings over the air. */
export type SettingsUpdate = { operation: string; iccid: string; status: 'waiting' | 'running' | 'done' };

export type OverTheAir = {
  /** Once per key; null: too many are under way. */
  update(iccid: string, key: string): SettingsUpdate | null;
  find(key: string): SettingsUpdate | null;
  close(): void;
};

/** Updates remembered; the oldest that are done are forgotten first. */
const MAX_UPDATES = 20_000;

/** Puts settings onto SIMs: an update waits until its SIM is in session, then runs for two to five seconds at speed 1. */
export function openOverTheAir(options: {
  speed: number;
  random(): number;
  inSession(iccid: string): boolean;
}): OverTheAir {
  const { speed, random, inSession } = options;
  const updates = new Map<string, SettingsUpdate>();
  const timers = new Set<NodeJS.Timeout>();

  const looking = setInterval(
    () => {
      for (const update of updates.values()) if (update.status === 'waiting' && inSession(update.iccid)) start(update);
    },
    Math.max(10, 1000 / speed),
  );

  function start(update: SettingsUpdate): void {
    update.status = 'running';
    const timer = setTimeout(
      () => {
        timers.delete(timer);
        update.status = 'done';
      },
      (2000 + 3000 * random()) / speed,
    );
    timers.add(timer);
  }

  function makeRoom(): boolean {
    for (const [key, { status }] of updates) {
      if (updates.size < MAX_UPDATES) return true;
      if (status === 'done') updates.delete(key);
    }
    return updates.size < MAX_UPDATES;
  }

  return {
    update(iccid, key) {
      const known = updates.get(key);
      if (known) return known;
      if (!makeRoom()) return null;
      const update: SettingsUpdate = { operation: key, iccid, status: 'waiting' };
      updates.set(key, update);
      return update;
    },
    find: (key) => updates.get(key) ?? null,
    close() {
      clearInterval(looking);
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
