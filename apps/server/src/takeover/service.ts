import * as carriers from '../carriers/index.ts';
import { audit } from '../kit/audit.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically, reading } from '../kit/db.ts';
import { type Id, newId, publicId } from '../kit/ids.ts';
import { refuse } from '../kit/refusal.ts';
import * as operations from '../operations/index.ts';
import * as tenancy from '../tenancy/index.ts';
import { accountTakeover, columns } from './kind.ts';
import type { Takeover } from './model.ts';
import * as store from './sql.ts';

/** A reading that was interrupted goes on for this long; what was read before is too old then, and it begins anew. */
const freshMs = 24 * 3_600_000;

export type TakeoverInput = { companyId: Id | null; telecomId: Id; sourceUrl: string; sourceAccount: string };

/** The takeover of an account: one for each account of theirs and of ours. Refuses an archived telecom or company. */
export async function openTakeover(ctx: Ctx, input: TakeoverInput): Promise<Takeover> {
  return atomically(ctx, async (ctx) => {
    const telecom = await carriers.getTelecom(ctx, input.telecomId);
    if (telecom.archivedAt) throw refuse.conflict('telecom.archived', `The telecom ${telecom.name} is archived.`);
    const company = input.companyId ? await tenancy.getCompany(ctx, input.companyId) : null;
    if (company?.archivedAt) throw refuse.conflict('company.archived', `The company ${company.name} is archived.`);
    const own = tenancy.accountSid(input.companyId ?? ctx.organization.id);
    if (own === input.sourceAccount) {
      throw refuse.conflict('takeover.same_account', `The account ${own} cannot be taken over into itself.`);
    }
    return store.openTakeover(ctx, { ...input, id: newId(ctx) });
  });
}

/** Takeovers into an account of ours, the newest first; of one account of theirs where it is named. */
export async function listTakeovers(ctx: Ctx, companyId: Id | null, sourceAccount?: string): Promise<Takeover[]> {
  return reading(ctx, (ctx) => store.listTakeovers(ctx, companyId, sourceAccount));
}

/** What was planned last, as far as it has come. */
export async function operationOf(ctx: Ctx, { operationId }: Takeover): Promise<operations.Operation | null> {
  return operationId ? operations.getOperation(ctx, operationId) : null;
}

/**
 * Begins a reading, or goes on with one that was interrupted. A plan that nobody started is dropped: what is read now takes its place.
 * Refuses while one is being done.
 */
export async function beginReading(ctx: Ctx, id: Id): Promise<Takeover> {
  return atomically(ctx, async (ctx) => {
    const takeover = await store.findTakeover(ctx, id, true);
    if (!takeover) throw refuse.notFound('takeover');
    const operation = await operationOf(ctx, takeover);
    if (operation?.state === 'running') {
      const message = `The takeover of ${takeover.sourceAccount} is under way: let it end, or cancel it first.`;
      throw refuse.conflict('takeover.under_way', message);
    }
    if (operation && (operation.state === 'checking' || operation.state === 'checked')) {
      await operations.command(ctx, { [accountTakeover.name]: accountTakeover }, operation.id, 'cancel');
    }
    const young = ctx.now.getTime() - takeover.readingSince.getTime() < freshMs;
    const goesOn = takeover.readAt === null && young && takeover.operationId === null;
    const next = { ...takeover, operationId: null, readAt: null, ...(!goesOn && { readingSince: ctx.now }) };
    await store.saveTakeover(ctx, next);
    return next;
  });
}

/**
 * The reading is whole: what was read is numbered, and looked at by an operation that waits for its start. Refuses where two commands
 * have read at once, and the other was first.
 */
export async function concludeReading(ctx: Ctx, takeover: Takeover, account: string): Promise<Takeover> {
  return atomically(ctx, async (ctx) => {
    const now = await store.findTakeover(ctx, takeover.id, true);
    if (now?.readAt !== null || now.readingSince.getTime() !== takeover.readingSince.getTime()) {
      throw refuse.conflict(
        'takeover.read_elsewhere',
        'Another command has read this account meanwhile: see its plan.',
      );
    }
    const matching = await store.numberItems(ctx, takeover);
    const { companyId, telecomId, sourceUrl, sourceAccount } = takeover;
    const operation = await operations.begin(ctx, accountTakeover, {
      title: `${sourceAccount} into ${account}`.slice(0, 255),
      startsItself: false,
      parameters: {
        source: sourceUrl,
        account: sourceAccount,
        telecom: publicId('telecom', telecomId),
        company: companyId && publicId('company', companyId),
      },
      found: { matching },
      columns,
      place: {},
      file: null,
    });
    const next = { ...takeover, readAt: ctx.now, operationId: operation.id };
    await store.saveTakeover(ctx, next);
    return next;
  });
}

/** Lines of one database transaction of the switch. */
const releasedAtOnce = 1_000;

/** SIMs of the takeover whose carrier is told nothing yet, by what we want and what the carrier says. */
export async function heldOf(fresh: () => Ctx, { id }: Takeover): Promise<carriers.HeldCount[]> {
  const sums = new Map<string, carriers.HeldCount>();
  for await (const lines of takenIn(fresh, id)) {
    for (const count of await carriers.countHeld(fresh(), lines)) {
      const key = `${count.want} ${count.reported}`;
      sums.set(key, { ...count, lines: count.lines + (sums.get(key)?.lines ?? 0) });
    }
  }
  return [...sums.values()];
}

/**
 * The switch: from here on carriers are told what we want of the SIMs of a takeover, where they say otherwise. Returns how many were
 * held; killed in between and repeated, it does the rest.
 */
export async function release(fresh: () => Ctx, { id, sourceAccount }: Takeover): Promise<number> {
  let released = 0;
  for await (const lines of takenIn(fresh, id)) {
    released += await atomically(fresh(), async (ctx) => {
      const count = await carriers.release(ctx, lines);
      if (count > 0) {
        await audit(ctx, [{ action: 'takeover.switched', objectType: 'account', objectId: sourceAccount }]);
      }
      return count;
    });
  }
  return released;
}

async function* takenIn(fresh: () => Ctx, id: Id): AsyncGenerator<Id[]> {
  for (let after: Id | null = null; ; ) {
    const page: { after: Id | null; limit: number } = { after, limit: releasedAtOnce };
    const lines = await reading(fresh(), (ctx) => store.listTaken(ctx, id, page));
    if (lines.length > 0) yield lines;
    if (lines.length < releasedAtOnce) return;
    after = lines.at(-1)!;
  }
}
