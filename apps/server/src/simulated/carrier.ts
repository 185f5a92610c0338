/** What the carrier itself knows of a SIM, apart from any session. */
export type CarrierState = 'active' | 'suspended';
export type CarrierOperation = {
  operation: string;
  iccid: string;
  state: CarrierState;
  status: 'pending' | 'done';
  requestedAt: Date;
  completedAt: Date | null;
};
export type Requested =
  | { ok: true; operation: CarrierOperation }
  | { ok: false; reason: 'unknown_sim' | 'operation_reused' | 'too_many_operations' };

export type Carrier = {
  iccids: readonly string[];
  get(iccid: string): { state: CarrierState; since: Date } | null;
  request(iccid: string, state: CarrierState, key: string): Requested;
  operation(key: string): CarrierOperation | null;
  close(): void;
};

/** Operations remembered; the oldest completed ones are forgotten first. */
const MAX_OPERATIONS = 20_000;

/**
 * The carrier's own book of SIMs, all active at first. A change is asked for under a key, takes one to three seconds (at
 * speed 1) and happens once per key; changes of one SIM complete in the order they were asked for. `changed` is called
 * when a SIM's state has become another one.
 */
export function openCarrier(
  iccids: readonly string[],
  options: { speed: number; now(): Date; random(): number; changed(iccid: string, state: CarrierState): void },
): Carrier {
  const { now, random, speed, changed } = options;
  const opened = now();
  const sims = new Map(iccids.map((iccid) => [iccid, { state: 'active' as CarrierState, since: opened }]));
  const operations = new Map<string, CarrierOperation>();
  const busyUntil = new Map<string, number>();
  const timers = new Set<NodeJS.Timeout>();

  function complete(operation: CarrierOperation): void {
    const sim = sims.get(operation.iccid)!;
    operation.status = 'done';
    operation.completedAt = now();
    if (sim.state === operation.state) return;
    sims.set(operation.iccid, { state: operation.state, since: now() });
    changed(operation.iccid, operation.state);
  }

  function makeRoom(): boolean {
    for (const [key, { status }] of operations) {
      if (operations.size < MAX_OPERATIONS) return true;
      if (status === 'done') operations.delete(key);
    }
    return operations.size < MAX_OPERATIONS;
  }

  return {
    iccids,
    get: (iccid) => sims.get(iccid) ?? null,
    operation: (key) => operations.get(key) ?? null,
    request(iccid, state, key) {
      const known = operations.get(key);
      if (known) {
        const same = known.iccid === iccid && known.state === state;
        return same ? { ok: true, operation: known } : { ok: false, reason: 'operation_reused' };
      }
      if (!sims.has(iccid)) return { ok: false, reason: 'unknown_sim' };
      if (!makeRoom()) return { ok: false, reason: 'too_many_operations' };
      const at = now();
      const operation: CarrierOperation = {
        operation: key,
        iccid,
        state,
        status: 'pending',
        requestedAt: at,
        completedAt: null,
      };
      operations.set(key, operation);
      const due = Math.max(at.getTime() + (1000 + 2000 * random()) / speed, (busyUntil.get(iccid) ?? 0) + 1);
      busyUntil.set(iccid, due);
      const timer = setTimeout(() => {
        timers.delete(timer);
        complete(operation);
      }, due - at.getTime());
      timers.add(timer);
      return { ok: true, operation };
    },
    close() {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
