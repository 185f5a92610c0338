/** Replies already sent, so that a repeated request gets the very same bytes (RFC 5080 section 2.2.2). */
export type Replies = {
  get(key: string, now: number): Buffer | undefined;
  put(key: string, reply: Buffer, now: number): void;
};

/**
 * Keeps each reply for at least half of `ttlMs` while there is room, and at most `max` of them: two generations, of
 * which the older goes whole when the younger is full or old enough. `now` is milliseconds.
 */
export function keepReplies({ ttlMs, max }: { ttlMs: number; max: number }): Replies {
  let young = new Map<string, Buffer>();
  let old = new Map<string, Buffer>();
  let bornAt = Number.NEGATIVE_INFINITY;

  function turn(now: number): void {
    if (now - bornAt < ttlMs / 2 && young.size < Math.ceil(max / 2)) return;
    old = now - bornAt < ttlMs ? young : new Map();
    young = new Map();
    bornAt = now;
  }

  return {
    get(key, now) {
      turn(now);
      return young.get(key) ?? old.get(key);
    },
    put(key, reply, now) {
      turn(now);
      young.set(key, reply);
    },
  };
}

/** Source address, port, id and authenticator: what makes a request the same request. */
export function replyKey(address: string, port: number, packet: { id: number; authenticator: Buffer }): string {
  return `${address}|${port}|${packet.id}|${packet.authenticator.toString('latin1')}`;
}
