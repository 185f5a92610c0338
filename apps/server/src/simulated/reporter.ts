/** What the carrier tells us by itself: a text from a device, or what became of one to a device. */
export type Told =
  | { key: string; kind: 'text'; imsi: string; text: string }
  | { key: string; kind: 'report'; command: string; status: 'delivered' | 'failed'; reason?: string };

export type Reporter = {
  /** False: too much waits already, or nobody is to be told. */
  tell(told: Told): boolean;
  close(): void;
};

/** Most that waits to be told, and most of one request. */
const maxWaiting = 5_000;
const atOnce = 100;
const pauseMs = { first: 500, most: 15_000 };

/**
 * Hands texts and delivery reports to the intake of whoever runs the SIMs: in order, each kept until it is acknowledged, and
 * told again until then. What is told twice has the same key.
 */
export function openReporter(target: { url: string; token: string } | null): Reporter {
  const waiting: Told[] = [];
  let refused = false;
  function sayRefused(status: number): void {
    if (!refused) console.error(`the intake of messages refuses our key: HTTP ${status}`);
    refused = true;
  }
  let running = false;
  let closed = false;
  let wake = () => {};

  async function post(messages: Told[]): Promise<boolean> {
    try {
      const response = await fetch(target!.url, {
        method: 'POST',
        headers: { authorization: `Bearer ${target!.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ messages }),
        signal: AbortSignal.timeout(10_000),
      });
      await response.body?.cancel();
      if (response.status === 401 || response.status === 403) sayRefused(response.status);
      // What is refused as a whole is not taken the next time either: it makes room for what comes after it.
      return response.ok || response.status === 400 || response.status === 413;
    } catch {
      return false;
    }
  }

  async function run(): Promise<void> {
    running = true;
    for (let pause = pauseMs.first; waiting.length > 0 && !closed; ) {
      const part = waiting.slice(0, atOnce);
      if (await post(part)) {
        waiting.splice(0, part.length);
        pause = pauseMs.first;
        continue;
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pause);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      pause = Math.min(pause * 2, pauseMs.most);
    }
    running = false;
  }

  return {
    tell(told) {
      if (!target || closed || waiting.length >= maxWaiting) return false;
      waiting.push(told);
      if (!running) void run();
      return true;
    },
    close() {
      closed = true;
      wake();
    },
  };
}
