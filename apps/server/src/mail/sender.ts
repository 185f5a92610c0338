import { type Ctx, contextFor, type Organization, type Runtime, systemActor } from '../kit/ctx.ts';
import { atomically } from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';
import { emit } from '../kit/outbox.ts';
import { letterFailed } from './events.ts';
import { type Attachment, afterTry, type Letter, type Outcome } from './model.ts';
import { writtenIn } from './service.ts';
import { longestMs, type Post } from './smtp.ts';
import * as store from './sql.ts';

export type Sender = {
  /** Takes what is due of one organization, and begins to send it. Returns how many it took; it does not wait for answers. */
  sendDue(runtime: Runtime, organization: Organization): Promise<number>;
  /** Until what is under way has ended. */
  settle(): Promise<void>;
};

/** Letters under way at a time for one organization: connections that its server has to bear. */
const atOnce = 4;
const heldAtOnce = 200;
/** Longer than the longest try: what a dead sender had taken falls due again then. */
const leaseMs = longestMs + 60_000;

/**
 * Sends letters, a bounded number of each organization at a time: they are taken and that commits, the server is called, and
 * what came of each is written when it is known. Without a server what is due is put aside as `held`.
 */
export function openSender(server: Post | null): Sender {
  const underWay = new Map<Id, Set<Promise<void>>>();
  return {
    async sendDue(runtime, organization) {
      const own = underWay.get(organization.id) ?? new Set();
      if (own.size >= atOnce) return 0;
      const fresh = () => contextFor(runtime, organization, systemActor('mail'));
      if (!server) return atomically(fresh(), (ctx) => store.holdDue(ctx, 'No mail server is set.', heldAtOnce));
      const due = await atomically(fresh(), async (ctx) => {
        const until = new Date(ctx.now.getTime() + leaseMs);
        const claimed = await store.claimLetters(ctx, atOnce - own.size, until);
        const whole: Whole[] = [];
        for (const letter of claimed)
          whole.push({ ...letter, attachments: await store.listAttachments(ctx, letter.id) });
        return whole;
      });
      for (const letter of due) {
        const one = send(runtime, fresh, letter, server)
          .catch((err) => runtime.log.error({ err, letter: letter.id }, 'what came of a letter was not written'))
          .finally(() => {
            own.delete(one);
            if (own.size === 0) underWay.delete(organization.id);
          });
        own.add(one);
      }
      if (own.size > 0) underWay.set(organization.id, own);
      return due.length;
    },
    async settle() {
      await Promise.all([...underWay.values()].flatMap((own) => [...own]));
    },
  };
}

type Whole = Letter & store.Kept & { attachments: Attachment[] };

/** One try, and what came of it. Lost in between, it is due again when its lease has ended. */
async function send(runtime: Runtime, fresh: () => Ctx, letter: Whole, server: Post): Promise<void> {
  const outcome = await attempt(runtime, fresh(), letter, server);
  const { id, attempts } = letter;
  await atomically(fresh(), async (ctx) => {
    const spread = ctx.random(2).readUInt16BE() / 0xffff;
    const after = afterTry(attempts, outcome, ctx.now, spread);
    const written = await store.recordTry(ctx, { id, attempts, answer: outcome.answer, ...after });
    if (written && after.state === 'failed') await emit(ctx, [letterFailed(letter, outcome.answer)]);
  });
}

async function attempt(runtime: Runtime, ctx: Ctx, letter: Whole, server: Post): Promise<Outcome> {
  if (letter.until && letter.until <= ctx.now) return { sent: false, final: true, answer: 'It is of no use any more.' };
  const { text, html } = writtenIn(letter);
  if (text === null) return { sent: false, final: true, answer: 'What it said was erased.' };
  // The machine's clock: a sandbox may live in another year, and whoever gets the letter does not.
  return server.send({ ...letter, text, html, fromName: ctx.organization.name, date: runtime.clock.now() });
}
