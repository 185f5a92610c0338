import { z } from 'zod';
import type { Http } from '../../kit/http/app.ts';
import { route } from '../../kit/http/route.ts';
import { idOf, named, reply, request } from '../../kit/http/schemas.ts';
import { maxCsvBytes, maxCsvRows, readCsv } from '../csv.ts';
import { type IntakeResult, takeIn } from '../service/intake.ts';

/** A whole number of things: what PostgreSQL's int holds. */
const tally = z.int().min(0).max(2_147_483_647);

const Row = reply('SimIntake', {
  line: tally.meta({ description: 'Line of the file, or place in the list from 1 on.' }),
  iccid: z.string(),
  outcome: z.enum(['added', 'refused']),
  id: idOf('sim').nullable(),
  code: z.string().nullable(),
  message: z.string().nullable(),
  warnings: z.array(z.string()),
  registrationCode: z.string().nullable().meta({ description: 'Whoever has it may register the SIM.' }),
});
const Answer = reply('SimIntakeResult', {
  added: tally,
  refused: tally,
  dryRun: z.boolean(),
  results: z.array(Row).max(maxCsvRows),
});

const cell = z.string().max(200).optional();
const AddSims = request('AddSims', {
  telecom: idOf('telecom'),
  sims: z
    .array(
      z.strictObject({
        iccid: z.string().max(200),
        imsi: cell,
        msisdn: cell,
        eid: cell,
        activationCode: z.string().max(300).optional(),
        form: cell,
        note: z.string().max(10_000).optional(),
        labels: z.array(z.string().max(1000)).max(100).optional(),
        registrationCode: cell,
      }),
    )
    .min(1)
    .max(1000),
});
const CsvFile = named('SimCsv', z.string().max(maxCsvBytes), {
  description:
    'Header row, then a SIM a row: iccid, imsi, msisdn, eid, activation_code, form, note, labels (a|b), registration_code.',
});

/** Bringing SIMs into stock: a result per row, and one bad row stops no other. */
export function intakeRoutes(http: Http): void {
  const common = { tags: ['SIMs'], permission: 'inventory.sim.add', scope: 'organization' as const, secret: true };
  route(http, {
    ...common,
    method: 'POST',
    url: '/api/v1/sims',
    name: 'addSims',
    summary: 'Add SIMs to the stock of a telecom',
    body: AddSims,
    reply: { 200: Answer },
    handler: async (ctx, { body }) => {
      const rows = body.sims.map((sim, i) => ({ line: i + 1, sim }));
      return answer(await takeIn(ctx, { telecomId: body.telecom, rows, dryRun: false }), false);
    },
  });
  route(http, {
    ...common,
    method: 'POST',
    url: '/api/v1/sims/import',
    name: 'importSims',
    summary: 'Add SIMs from a CSV file of at most 5 MB and 10,000 rows',
    query: z.strictObject({
      telecom: idOf('telecom'),
      dryRun: z.stringbool({ truthy: ['true'], falsy: ['false'] }).default(false),
    }),
    consumes: 'text/csv',
    bodyLimit: maxCsvBytes,
    body: CsvFile,
    reply: { 200: Answer },
    handler: async (ctx, { query, body }) => {
      const input = { telecomId: query.telecom, rows: readCsv(body), dryRun: query.dryRun };
      return answer(await takeIn(ctx, input), query.dryRun);
    },
  });
}

function answer(results: IntakeResult[], dryRun: boolean) {
  const added = results.filter((result) => result.outcome === 'added').length;
  return { added, refused: results.length - added, dryRun, results };
}
