import type { Socket } from 'node:dgram';
import { createLimiter } from '../../kit/http/limits.ts';
import type { Id } from '../../kit/ids.ts';
import { isCarried } from './model.ts';
import type { Reach } from './reach.ts';
import type { Datagram, receiveIp } from './service.ts';

/** Datagrams under way to the database; what comes beyond them is dropped. */
const maxInFlight = 200;
/** Of one address: so many at once, and so many a second over time. */
const perAddress = { burst: 50, perSecond: 10 };
const logEveryMs = 1_000;
const closeWaitMs = 5_000;

export type Outcome = Awaited<ReturnType<typeof receiveIp>> | 'stranger' | 'rate' | 'overload' | 'failed';

export type ListenerDeps = {
  reach: Reach;
  /** The telecom whose devices have this address; null: no telecom's. */
  find(address: string): { organizationId: Id; telecomId: Id } | null;
  /** Resolves when the datagram is stored, or is known to be nobody's. */
  take(organizationId: Id, datagram: Datagram): Promise<Outcome>;
  count(outcome: Outcome): void;
  log(message: string, fields: Record<string, unknown>): void;
};

/**
 * Takes datagrams from devices on a socket: each is stored before anything else is done with it. There is no answer, so what is dropped
 * is counted, and one line of log a second says why. `close` waits up to 5 s for what is under way.
 */
export function listenToDevices(socket: Socket, deps: ListenerDeps): { close(): Promise<void> } {
  const limiter = createLimiter(perAddress);
  const inFlight = new Set<Promise<void>>();
  let quietUntil = 0;

  socket.on('error', (error) => deps.log('IP command socket', { error: error.message }));
  socket.on('message', (payload, { address: from, port }) => {
    // A socket of IPv6 writes an IPv4 address so.
    const address = from.replace(/^::ffff:/, '');
    const dropped = receive({ payload, address, port });
    if (dropped) noteDropped(dropped, address);
  });

  /** Why a datagram is dropped before anybody is asked, or null. The cheapest questions come first. */
  function receive({ payload, address, port }: Omit<Datagram, 'telecomId'>): Outcome | null {
    const place = deps.reach.covers(address) ? deps.find(address) : null;
    if (!place) return 'stranger';
    if (!isCarried(payload)) return 'unfit';
    if (limiter.take(address) > 0) return 'rate';
    if (inFlight.size >= maxInFlight) return 'overload';
    const work = deps
      .take(place.organizationId, { telecomId: place.telecomId, address, port, payload })
      .then((outcome) => (outcome === 'received' ? deps.count(outcome) : noteDropped(outcome, address)))
      .catch((error: unknown) => noteDropped('failed', address, error))
      .finally(() => inFlight.delete(work));
    inFlight.add(work);
    return null;
  }

  function noteDropped(outcome: Outcome, address: string, error?: unknown): void {
    deps.count(outcome);
    const at = performance.now();
    if (at < quietUntil) return;
    quietUntil = at + logEveryMs;
    deps.log('a datagram was dropped', { outcome, address, ...(error !== undefined && { err: error }) });
  }

  return {
    async close() {
      socket.removeAllListeners('message');
      const late = new Promise<void>((resolve) => setTimeout(resolve, closeWaitMs).unref());
      await Promise.race([Promise.all(inFlight), late]);
    },
  };
}
