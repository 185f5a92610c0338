import { setTimeout as pause } from 'node:timers/promises';
import { type Ctx, contextFor, type Organization, type Runtime, systemActor } from '../../kit/ctx.ts';
import type { Id } from '../../kit/ids.ts';
import * as operations from '../../operations/index.ts';
import * as takeover from '../../takeover/index.ts';
import { operationKinds } from '../operations.ts';
import { type Asked, readCredentials, UsageFault } from './asked.ts';
import { askYes } from './prompt.ts';
import { companyOf, organizationOf, telecomOf } from './target.ts';
import { heldText, readingText, reportText, whole } from './words.ts';

export type ImportTools = {
  runtime: Runtime;
  env: NodeJS.ProcessEnv;
  /** A line for whoever waits. */
  say: (text: string) => void;
  /** How far it is: replaces what was said before it. */
  progress: (text: string) => void;
  signal: AbortSignal;
};

type Move = ImportTools & {
  organization: Organization;
  companyId: Id | null;
  /** Whose account it comes into, for people. */
  into: string;
  fresh: () => Ctx;
};

/** What was planned so long ago is looked at again before it is done: periods have ended, usage has gone on. */
const planIsGoodForMs = 24 * 3_600_000;
/** Chunks between two words of how far it is. */
const chunksAtOnce = 2;
const waitMs = 200;

/**
 * `simwright import supersim`: plans, does, reports the takeover of an account, and switches its carriers. Everything it knows is in
 * the database, so that it may be killed at any moment and called again; a product that runs beside it goes on with what was started.
 *
 * @throws UsageFault, SourceFault or a Refusal, each with a sentence for whoever called it.
 */
export async function importSuperSim(tools: ImportTools, asked: Asked): Promise<void> {
  const organization = await organizationOf(tools.runtime, asked.organization);
  const fresh = () => contextFor(tools.runtime, organization, systemActor('import'));
  const company = await companyOf(fresh(), asked.company);
  const into = company ? `${company.name} of ${organization.name}` : organization.name;
  const move: Move = { ...tools, organization, companyId: company?.id ?? null, into, fresh };
  if (asked.action === 'plan') return plan(move, asked);
  const known = await knownTakeover(move, asked);
  switch (asked.action) {
    case 'start':
      return start(move, asked, known);
    case 'retry':
      return retry(move, asked, known);
    case 'cancel':
      await command(move, (await plannedOf(move, known)).id, 'cancel');
      return tools.say('It is stopped. What is done stays done; --start goes on with it.');
    case 'switch':
      return switchCarriers(move, asked, known);
    case 'report':
      return report(move, asked, known, await plannedOf(move, known));
  }
}

/** Reads the account and looks at all of it; nothing here is changed but the plan. */
async function plan(move: Move, asked: Asked): Promise<void> {
  const { fresh, say, signal } = move;
  const url = asked.from!;
  const telecom = await telecomOf(fresh(), asked.telecom);
  const cards = asked.sims === null ? takeover.noCards : await takeover.readCards(asked.sims);
  if (asked.sims !== null) say(`${asked.sims} names ${whole.format(cards.size)} SIMs.`);
  const source = takeover.openSource({ url, credentials: await readCredentials(move.env, url), signal });
  if (source.url.startsWith('http:'))
    say(`${source.url} is not encrypted: whoever is on the way can read the credentials.`);
  const sourceAccount = await takeover.accountOf(source);
  const input = { companyId: move.companyId, telecomId: telecom.id, sourceUrl: source.url, sourceAccount };
  const opened = await takeover.openTakeover(fresh(), input);
  say(`${sourceAccount} at ${source.url} → ${move.into}, SIMs of ${telecom.name}`);
  const reading = await takeover.beginReading(fresh(), opened.id);
  await takeover.readAccount({
    ...{ source, fresh, takeover: reading, cards, lanes: asked.lanes, signal },
    say: (progress) => move.progress(readingText(progress)),
  });
  const planned = await takeover.concludeReading(fresh(), reading, move.into);
  const operation = await workOn(move, planned.operationId!);
  await report(move, asked, planned, operation);
  if (operation.state === 'checked') {
    say('\nNothing has been changed. Do it with the same command and --start instead of --from.');
  }
}

async function start(move: Move, asked: Asked, known: takeover.Takeover): Promise<void> {
  const { say, fresh } = move;
  const operation = await plannedOf(move, known);
  if (operation.state === 'checked') {
    const age = fresh().now.getTime() - (known.readAt?.getTime() ?? 0);
    if (age > planIsGoodForMs) {
      throw new UsageFault('This plan is older than a day. Read the account again with --from, and look at it.');
    }
    if (operation.rowsTotal > operation.rowsFailed) await command(move, operation.id, 'start');
  } else if (operation.state === 'cancelled' || operation.state === 'failed') {
    await command(move, operation.id, 'resume');
  }
  const done = await workOn(move, operation.id);
  await report(move, asked, known, done);
  if (done.state === 'done') say(`\n${await nextStep(move, known)}`);
}

async function retry(move: Move, asked: Asked, known: takeover.Takeover): Promise<void> {
  const operation = await plannedOf(move, known);
  await command(move, operation.id, 'retry_failed');
  await report(move, asked, known, await workOn(move, operation.id));
}

async function switchCarriers(move: Move, asked: Asked, known: takeover.Takeover): Promise<void> {
  const { say, fresh } = move;
  const held = await takeover.heldOf(fresh, known);
  say(heldText(held));
  if (held.length === 0) return;
  if (!asked.yes && !(await askYes('Tell the carriers now?'))) {
    throw new UsageFault('Nothing was told. Say --yes to do it.');
  }
  const released = await takeover.release(fresh, known);
  say(
    `${whole.format(released)} SIMs are switched: the product tells their carriers what differs, at each telecom's pace.`,
  );
}

async function nextStep(move: Move, known: takeover.Takeover): Promise<string> {
  const held = await takeover.heldOf(move.fresh, known);
  return held.length === 0
    ? 'It is done. Fees are charged here from the end of each running period on: close the account there when devices are over.'
    : `It is done, and no carrier was told anything. When devices are to be carried from here: --switch.\n${heldText(held)}`;
}

/** Does what is due of an operation, here and wherever a worker runs, until it stands still. */
async function workOn(move: Move, id: Id): Promise<operations.Operation> {
  const { runtime, organization, fresh, signal } = move;
  for (;;) {
    signal.throwIfAborted();
    const worked = await operations.advance(runtime, organization, operationKinds, chunksAtOnce);
    const operation = await operations.getOperation(fresh(), id);
    const { state, rowsTotal, rowsDone, rowsFailed } = operation;
    if (state !== 'checking' && state !== 'running') return operation;
    const settled = state === 'checking' ? rowsTotal : rowsDone + rowsFailed;
    move.progress(`${state === 'checking' ? 'Looked at' : 'Done with'} ${whole.format(settled)}`);
    if (worked === 0) await pause(waitMs, undefined, { signal });
  }
}

async function report(
  move: Move,
  asked: Asked,
  known: takeover.Takeover,
  operation: operations.Operation,
): Promise<void> {
  const path = asked.report ?? `supersim-${known.sourceAccount}.csv`;
  const written = await takeover.writeReport(move.fresh, known, operation, path);
  const what = operation.startedAt === null ? 'What would happen' : `What happened (${operation.state})`;
  move.say(`\n${what}:\n\n${reportText(written)}\n\nEach of them is in ${path}.`);
  if (operation.errorMessage) move.say(`It could not go on: ${operation.errorMessage}`);
}

async function knownTakeover(move: Move, asked: Asked): Promise<takeover.Takeover> {
  const found = await takeover.listTakeovers(move.fresh(), move.companyId, asked.account ?? undefined);
  if (found.length === 1) return found[0]!;
  if (found.length === 0) {
    throw new UsageFault(`Nothing was planned for ${move.into}. Begin with --from <url>, and see what would happen.`);
  }
  const accounts = found.map((one) => `${one.sourceAccount} of ${one.sourceUrl}`);
  throw new UsageFault(`Say which, by --account:\n  ${accounts.join('\n  ')}`);
}

async function plannedOf(move: Move, known: takeover.Takeover): Promise<operations.Operation> {
  const operation = await takeover.operationOf(move.fresh(), known);
  if (operation) return operation;
  throw new UsageFault('The account has not been read to its end. Run the command with --from again: it goes on.');
}

async function command({ fresh }: Move, id: Id, what: operations.Command): Promise<void> {
  await operations.command(fresh(), operationKinds, id, what);
}
