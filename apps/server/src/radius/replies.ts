/** Replies already sent, so that a repeated request gets the very same bytes (RFC 5080 section 2.2.2). */
export type Replies = {
  get(key: string, now: number): Buffer | undefined;
  put(key: string, reply: Buffer, now: number): void;
};

/** Keeps each reply `ttlMs`, and at most `max` of them: the oldest go first. `now` is milliseconds. */
export function keepReplies({ ttlMs, max }: { ttlMs: number; max: number }): Replies {
  const kept = new Map<string, { reply: Buffer; at: number }>();

  function forget(now: number): void {
    for (const [key, { at }] of kept) {
      if (now - at < ttlMs && kept.size < max) return;
      kept.delete(key);
    }
  }

  return {
    get(key, now) {
      const found = kept.get(key);
      return found && now - found.at < ttlMs ? found.reply : undefined;
    },
    put(key, reply, now) {
      forget(now);
      kept.delete(key);
      kept.set(key, { reply, at: now });
    },
  };
}

/** Source address, port, id and authenticator: what makes a request the same request. */
export function replyKey(address: string, port: number, packet: { id: number; authenticator: Buffer }): string {
  return `${address}|${port}|${packet.id}|${packet.authenticator.toString('latin1')}`;
}
