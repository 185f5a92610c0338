/** How something is, with the reason in words for whoever is woken by it. */
export type Verdict = { state: 'ok' | 'degraded' | 'failing'; reason: string };

export type Check = Verdict & {
  name: string;
  /** When it came into this state, as far as this process knows. */
  since: Date;
  /** The process can do nothing useful while this fails: it is taken out of service. */
  needed: boolean;
};

export type CheckSpec = {
  /** Whether a failure makes the process not ready; what only deserves a look does not. */
  needed: boolean;
  look: () => Promise<Verdict> | Verdict;
};

export type Health = {
  /** Every check, looked at anew at most once a second, whoever asks how often. */
  look(): Promise<Check[]>;
  /** From now on the process is not ready; what it has begun it finishes. */
  drain(): void;
  readonly draining: boolean;
};

/** A check that says nothing is itself the finding. */
const patienceMs = 2_000;
const believedMs = 1_000;

export const ok = (reason: string): Verdict => ({ state: 'ok', reason });
export const degraded = (reason: string): Verdict => ({ state: 'degraded', reason });
export const failing = (reason: string): Verdict => ({ state: 'failing', reason });

/** Degraded from `warn` on, failing from `fail` on; the words are the same in all three. */
export function grade(value: number, bounds: { warn: number; fail?: number }, reason: string): Verdict {
  if (bounds.fail !== undefined && value >= bounds.fail) return failing(reason);
  return value >= bounds.warn ? degraded(reason) : ok(reason);
}

export function openHealth(specs: Record<string, CheckSpec>, now: () => Date): Health {
  const known = new Map<string, { state: Verdict['state']; since: Date }>();
  let draining: Date | null = null;
  let last: { at: number; checks: Promise<Check[]> } | null = null;

  async function lookAtAll(): Promise<Check[]> {
    return Promise.all(
      Object.entries(specs).map(async ([name, spec]) => {
        const verdict = await patiently(spec.look);
        const before = known.get(name);
        const since = before?.state === verdict.state ? before.since : now();
        known.set(name, { state: verdict.state, since });
        return { name, ...verdict, since, needed: spec.needed };
      }),
    );
  }

  return {
    get draining() {
      return draining !== null;
    },
    drain() {
      draining ??= now();
    },
    async look() {
      if (!last || performance.now() - last.at > believedMs) last = { at: performance.now(), checks: lookAtAll() };
      const checks = await last.checks;
      if (!draining) return checks;
      return [{ name: 'draining', ...failing('draining'), since: draining, needed: true }, ...checks];
    },
  };
}

export function isReady(checks: Check[]): boolean {
  return checks.every((check) => !check.needed || check.state !== 'failing');
}

async function patiently(look: CheckSpec['look']): Promise<Verdict> {
  const { promise: late, resolve } = Promise.withResolvers<Verdict>();
  const timer = setTimeout(() => resolve(failing(`no answer within ${patienceMs} ms`)), patienceMs);
  try {
    return await Promise.race([(async () => look())(), late]);
  } catch (error) {
    // The code names the cause (ECONNREFUSED, 57P03); the text of a database may name a customer.
    return failing(`could not be looked at (${(error as { code?: string }).code ?? 'fault'})`);
  } finally {
    clearTimeout(timer);
  }
}
