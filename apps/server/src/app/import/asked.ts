import { parseArgs } from 'node:util';
import type { Credentials } from '../../takeover/index.ts';
import { askSecret } from './prompt.ts';

export type Action = 'plan' | 'start' | 'retry' | 'cancel' | 'switch' | 'report';

/** What was asked on the command line; where nothing was said of the organization or the telecom, the only one is meant. */
export type Asked = {
  action: Action;
  from: string | null;
  organization: string | null;
  company: string | null;
  telecom: string | null;
  account: string | null;
  sims: string | null;
  report: string | null;
  lanes: number;
  yes: boolean;
};

/** Whoever called it has to say something else. */
export class UsageFault extends Error {
  override name = 'UsageFault';
}

export const usage = `Takes an account of a Super SIM API over: network access profiles, fleets, SIMs, their status and running billing periods.

  npx simwright import supersim --from <url> --telecom <name>    reads the account and shows what would happen; changes nothing
  npx simwright import supersim --start                          does what was shown; goes on where it was stopped
  npx simwright import supersim --retry                          tries again what was refused
  npx simwright import supersim --switch                         tells the carriers, where they hold the state of SIMs
  npx simwright import supersim --report <file>                  how it stands
  npx simwright import supersim --cancel                         stops it; what is done stays done

  --from <url>           base of the API, https://supersim.example.com
  --telecom <name>       whose stock the SIMs are in, or are added to
  --organization <name>  name or id; needed if there are several
  --company <name>       into the account of this company, not of the organization
  --account <AC…>        which account, if several are taken over
  --sims <file.csv>      iccid, imsi and what else of msisdn, eid, form: adds SIMs that stock does not have
  --report <file>        .csv or .json; else supersim-<account>.csv in this folder
  --lanes <n>            requests at a time, 1 to 32; 8 unless said
  --yes                  asks nothing

Credentials come from the environment, or are asked for where there is a terminal:
  SUPERSIM_ACCOUNT_SID and SUPERSIM_AUTH_TOKEN, or SUPERSIM_API_KEY and SUPERSIM_API_SECRET, or
  SUPERSIM_CLIENT_ID and SUPERSIM_CLIENT_SECRET (and SUPERSIM_TOKEN_URL, else <url>/v2/token)`;

const options = {
  from: { type: 'string' },
  organization: { type: 'string' },
  company: { type: 'string' },
  telecom: { type: 'string' },
  account: { type: 'string' },
  sims: { type: 'string' },
  report: { type: 'string' },
  lanes: { type: 'string', default: '8' },
  start: { type: 'boolean', default: false },
  retry: { type: 'boolean', default: false },
  cancel: { type: 'boolean', default: false },
  switch: { type: 'boolean', default: false },
  yes: { type: 'boolean', default: false },
} as const;

/** @throws UsageFault for what cannot be meant. */
export function readAsked(args: string[]): Asked {
  const values = parse(args);
  const said = (['start', 'retry', 'cancel', 'switch'] as const).filter((name) => values[name]);
  if (said.length > 1) throw new UsageFault(`Say one of --${said.join(', --')}.`);
  const action = said[0] ?? (values.from ? 'plan' : 'report');
  if (action === 'report' && !values.report) throw new UsageFault(usage);
  const lanes = Number(values.lanes);
  if (!Number.isInteger(lanes) || lanes < 1 || lanes > 32) throw new UsageFault('--lanes is a number from 1 to 32.');
  if (values.sims && action !== 'plan') throw new UsageFault('--sims goes with --from: it is read with the account.');
  const { from, organization, company, telecom, account, sims, report, yes } = values;
  return {
    ...{ action, lanes, yes, from: from ?? null, organization: organization ?? null, company: company ?? null },
    ...{ telecom: telecom ?? null, account: account ?? null, sims: sims ?? null, report: report ?? null },
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new UsageFault((error as Error).message);
  }
}

/** Secrets never stand in the arguments: every user of the machine sees those. */
export async function readCredentials(env: NodeJS.ProcessEnv, from: string): Promise<Credentials> {
  const secret = async (name: string) => env[name] || (await askSecret(name)) || missing(name);
  if (env.SUPERSIM_CLIENT_ID) {
    const tokenUrl = env.SUPERSIM_TOKEN_URL || new URL('/v2/token', from).href;
    const clientSecret = await secret('SUPERSIM_CLIENT_SECRET');
    return { kind: 'client', clientId: env.SUPERSIM_CLIENT_ID, clientSecret, tokenUrl };
  }
  if (env.SUPERSIM_API_KEY) {
    return { kind: 'basic', user: env.SUPERSIM_API_KEY, password: await secret('SUPERSIM_API_SECRET') };
  }
  const user = env.SUPERSIM_ACCOUNT_SID || missing('SUPERSIM_ACCOUNT_SID');
  return { kind: 'basic', user, password: await secret('SUPERSIM_AUTH_TOKEN') };
}

function missing(name: string): never {
  throw new UsageFault(
    `Set ${name} in the environment. See npx simwright import supersim --from … in the operator guide.`,
  );
}
