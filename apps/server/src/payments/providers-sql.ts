import type { Ctx } from '../kit/ctx.ts';
import { row, rows, run, sql } from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';
import { seal, unseal } from '../kit/seal.ts';
import type { PaymentProvider } from './providers.ts';

/** The purpose that a provider's secrets are sealed for. */
const sealedFor = (id: Id): string => `payment_providers ${id}`;

type ProviderRow = Omit<PaymentProvider, 'secrets'> & { secretsSealed: Buffer };

const providerColumns = sql`id, kind, name, settings, secrets_sealed, preferred, created_at, checked_at, check_failure`;

/** The providers in use, one of each kind, the preferred one first. */
export async function listProviders(ctx: Ctx): Promise<PaymentProvider[]> {
  const found = await rows<ProviderRow>(
    ctx,
    sql`/* payments.list_providers */ select ${providerColumns} from payment_providers
         where organization_id = ${ctx.organization.id} and archived_at is null order by preferred desc, created_at, id`,
  );
  return found.map(({ secretsSealed, ...provider }) => ({
    ...provider,
    secrets: JSON.parse(unseal(sealedFor(provider.id), secretsSealed).toString()),
  }));
}

/** One writer of who takes payments at a time. */
export async function lockProviders(ctx: Ctx): Promise<void> {
  await rows(
    ctx,
    sql`/* payments.lock_providers */ select pg_advisory_xact_lock(hashtextextended(${`payment providers ${ctx.organization.id}`}, 0))`,
  );
}

/** What kind of provider has that id, also one that is in use no more. */
export async function kindOfProvider(ctx: Ctx, id: Id): Promise<PaymentProvider['kind'] | null> {
  const found = await row<Pick<PaymentProvider, 'kind'>>(
    ctx,
    sql`/* payments.kind_of_provider */ select kind from payment_providers where organization_id = ${ctx.organization.id} and id = ${id}`,
  );
  return found?.kind ?? null;
}

/** False: there is one of this kind already. */
export async function insertProvider(ctx: Ctx, provider: PaymentProvider): Promise<boolean> {
  const secretsSealed = seal(ctx, sealedFor(provider.id), JSON.stringify(provider.secrets));
  const inserted = await run(
    ctx,
    sql`/* payments.insert_provider */ insert into payment_providers (organization_id, id, kind, name, settings, secrets_sealed, preferred, created_at, check_due_at, checked_at)
        values (${ctx.organization.id}, ${provider.id}, ${provider.kind}, ${provider.name}, ${JSON.stringify(provider.settings)}, ${secretsSealed},
                ${provider.preferred}, ${provider.createdAt}, ${provider.checkedAt ? null : provider.createdAt}::timestamptz, ${provider.checkedAt}::timestamptz)
        on conflict (organization_id, kind) where archived_at is null do nothing`,
  );
  return inserted === 1;
}

/** Writes what of a provider changes. Its keys are looked at next where `look` says so. */
export async function saveProvider(ctx: Ctx, p: PaymentProvider, look: boolean): Promise<void> {
  const sealed = seal(ctx, sealedFor(p.id), JSON.stringify(p.secrets));
  await run(
    ctx,
    sql`/* payments.save_provider */ update payment_providers
           set name = ${p.name}, settings = ${JSON.stringify(p.settings)}, secrets_sealed = ${sealed}, preferred = ${p.preferred},
               checked_at = ${p.checkedAt}, check_failure = ${p.checkFailure}, check_due_at = ${look ? ctx.now : null}::timestamptz
         where organization_id = ${ctx.organization.id} and id = ${p.id}`,
  );
}

/** Nobody is preferred any more. */
export async function clearPreferred(ctx: Ctx): Promise<void> {
  await run(
    ctx,
    sql`/* payments.clear_preferred */ update payment_providers set preferred = false
         where organization_id = ${ctx.organization.id} and preferred`,
  );
}

/** Takes a look at keys that is due. False: none is. */
export async function claimCheck(ctx: Ctx, id: Id, until: Date): Promise<boolean> {
  const claimed = await run(
    ctx,
    sql`/* payments.claim_check */ update payment_providers set check_due_at = ${until}::timestamptz
         where organization_id = ${ctx.organization.id} and id = ${id} and check_due_at <= ${ctx.now} and archived_at is null`,
  );
  return claimed === 1;
}

/** Whether something at a provider is not over yet: a payment or a refund that only it can tell of. */
export async function isBusy(ctx: Ctx, id: Id): Promise<boolean> {
  const found = await row<{ busy: boolean }>(
    ctx,
    sql`/* payments.is_busy */ select exists (select from payments
           where organization_id = ${ctx.organization.id} and provider_id = ${id} and next_attempt_at is not null)
        or exists (select from payment_refunds r join payments p on p.organization_id = r.organization_id and p.id = r.payment_id
           where r.organization_id = ${ctx.organization.id} and r.next_attempt_at is not null and p.provider_id = ${id}) as busy`,
  );
  return found!.busy;
}

/** Disconnects a provider: its keys are gone, and so are the cards that it keeps. */
export async function archiveProvider(ctx: Ctx, id: Id): Promise<void> {
  await run(
    ctx,
    sql`/* payments.archive_provider */ update payment_providers
           set archived_at = ${ctx.now}, preferred = false, check_due_at = null, secrets_sealed = ${seal(ctx, sealedFor(id), '{"signing":""}')}
         where organization_id = ${ctx.organization.id} and id = ${id}`,
  );
  await run(
    ctx,
    sql`/* payments.drop_cards */ update payment_methods
           set state = 'removed', is_default = false, action_url = null, failure_code = null, failure_message = null, next_attempt_at = null
         where organization_id = ${ctx.organization.id} and provider_id = ${id} and state <> 'removed'`,
  );
}
