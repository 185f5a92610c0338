import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase } from '../../test/database.ts';
import { bigints, booleans, byteas, instants, ints, texts, uuids } from './arrays.ts';
import { type Database, openDatabase } from './db.ts';

let database: Database;
let drop: () => Promise<void>;

beforeAll(async () => {
  const fresh = await freshDatabase();
  ({ drop } = fresh);
  database = openDatabase(fresh.urls.owner, 1);
});
afterAll(async () => {
  await database.pool.end();
  await drop();
});

/** What PostgreSQL reads in the bytes, back as text or as the driver reads it. */
async function through(type: string, array: Buffer): Promise<unknown[]> {
  const { rows } = await database.pool.query(`select coalesce(array_to_json($1::${type}[]), '[]')::text as back`, [
    array,
  ]);
  return JSON.parse(rows[0].back);
}

const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.array(fc.option(arbitrary, { nil: null }), { maxLength: 40 });
const runs = { numRuns: 60 };

describe('arrays in binary form are what PostgreSQL reads', () => {
  it('uuid', () =>
    fc.assert(
      fc.asyncProperty(orNull(fc.uuid()), async (ids) => {
        expect(await through('uuid', uuids(ids))).toEqual(ids);
      }),
      runs,
    ));

  it('bigint and int', () =>
    fc.assert(
      fc.asyncProperty(
        orNull(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n)),
        orNull(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
        async (long, short) => {
          const { rows } = await database.pool.query('select $1::bigint[]::text[] as back', [bigints(long)]);
          expect(rows[0].back.map((text: string | null) => (text === null ? null : BigInt(text)))).toEqual(long);
          expect(await through('int', ints(short))).toEqual(short);
        },
      ),
      runs,
    ));

  it('text of any characters but the zero byte, which no text of PostgreSQL holds', () =>
    fc.assert(
      fc.asyncProperty(orNull(fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0'))), async (all) => {
        expect(await through('text', texts(all))).toEqual(all);
      }),
      runs,
    ));

  it('bytea', () =>
    fc.assert(
      fc.asyncProperty(orNull(fc.uint8Array({ maxLength: 40 })), async (all) => {
        expect(await through('bytea', byteas(all))).toEqual(
          all.map((bytes) => bytes && `\\x${Buffer.from(bytes).toString('hex')}`),
        );
      }),
      runs,
    ));

  it('boolean and timestamptz', () =>
    fc.assert(
      fc.asyncProperty(
        orNull(fc.boolean()),
        orNull(fc.date({ min: new Date('1900-01-01'), max: new Date('2200-01-01'), noInvalidDate: true })),
        async (flags, dates) => {
          expect(await through('boolean', booleans(flags))).toEqual(flags);
          const { rows } = await database.pool.query(
            `select (extract(epoch from t) * 1000)::bigint as ms from unnest($1::timestamptz[]) with ordinality u(t, n) order by n`,
            [instants(dates)],
          );
          expect(rows.map((row) => (row.ms === null ? null : Number(row.ms)))).toEqual(
            dates.map((date) => date?.getTime() ?? null),
          );
        },
      ),
      runs,
    ));

  it('what does not fit is refused before it is sent', () => {
    expect(() => bigints([2n ** 63n])).toThrow(RangeError);
    expect(() => ints([2 ** 31])).toThrow(RangeError);
    expect(() => ints([1.5])).toThrow(RangeError);
    expect(() => uuids(['0192'])).toThrow(RangeError);
    expect(() => uuids(['zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz'])).toThrow(RangeError);
    expect(() => instants([new Date(Number.NaN)])).toThrow(RangeError);
  });
});
