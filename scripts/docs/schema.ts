import pg from 'pg';
import { startTestServer } from '../../apps/server/test/database.ts';
import { doors } from '../doors.ts';
import { listFiles, readText } from '../sources.ts';

type Column = { name: string; type: string; required: boolean; default: string | null; generated: string };
type Table = {
  name: string;
  columns: Column[];
  keys: { kind: string; text: string }[];
  indexes: string[];
  guarded: boolean;
  partitioned: string | null;
};

/** The schema as the migrations make it, room by room: a database is migrated for this and thrown away. */
export async function schemaPage(): Promise<string> {
  const server = await startTestServer({ template: 'open' });
  const url = new URL(server.url);
  url.pathname = `/${server.template}`;
  const client = new pg.Client({ connectionString: url.href });
  try {
    await client.connect();
    const tables = await readTables(client);
    return page(tables);
  } finally {
    await client.end().catch(() => {});
    await server.stop();
  }
}

/** Table → room, by the migration that creates it: `0004_carriers.sql` belongs to carriers. */
function roomsOfTables(): Map<string, string> {
  const rooms = Object.keys(doors).sort((a, b) => b.length - a.length);
  const owners = new Map<string, string>();
  for (const path of listFiles('apps/server/migrations')) {
    const subject = /\d{4}_(.*)\.sql$/.exec(path)?.[1] ?? '';
    const room = rooms.find((name) => subject.startsWith(name)) ?? 'tenancy';
    for (const match of readText(path).matchAll(/create table (?:if not exists )?([\w."]+)/g)) {
      owners.set(match[1]!.replaceAll('"', ''), room);
    }
  }
  return owners;
}

async function readTables(client: pg.Client): Promise<Table[]> {
  const { rows: tables } = await client.query(`
    select c.oid::int as oid, n.nspname as space, c.relname as name, c.relforcerowsecurity as guarded,
           pg_get_partkeydef(c.oid) as partitioned
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and not c.relispartition and n.nspname not in ('pg_catalog', 'information_schema')
       and c.relname <> 'schema_migrations'
     order by n.nspname <> 'public', c.relname`);
  const all: Table[] = [];
  for (const table of tables) {
    const columns = await client.query(
      `select a.attname as name, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as required,
              pg_get_expr(d.adbin, d.adrelid) as default, a.attgenerated as generated
         from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where a.attrelid = $1 and a.attnum > 0 and not a.attisdropped order by a.attnum`,
      [table.oid],
    );
    const keys = await client.query(
      `select contype::text as kind, pg_get_constraintdef(oid) as text from pg_constraint
        where conrelid = $1 and contype in ('p', 'u', 'f', 'c', 'x')
        order by array_position(array['p', 'u', 'x', 'f', 'c'], contype::text), pg_get_constraintdef(oid)`,
      [table.oid],
    );
    const indexes = await client.query(
      `select pg_get_indexdef(i.indexrelid) as text from pg_index i
        where i.indrelid = $1 and not exists (select from pg_constraint c where c.conindid = i.indexrelid)
        order by 1`,
      [table.oid],
    );
    all.push({
      name: table.space === 'public' ? table.name : `${table.space}.${table.name}`,
      columns: columns.rows,
      keys: keys.rows,
      indexes: indexes.rows.map((row) => row.text.replace(/^.* ON (ONLY )?(\w+\.)?\w+ USING /, '').trim()),
      guarded: table.guarded,
      partitioned: table.partitioned,
    });
  }
  return all;
}

function page(tables: Table[]): string {
  const owners = roomsOfTables();
  const sections = Object.keys(doors).flatMap((room) => {
    const own = tables.filter((table) => (owners.get(table.name) ?? 'tenancy') === room);
    return own.length > 0 ? [`## ${room}`, ...own.map(section)] : [];
  });
  return `${[
    '# Schema',
    'Written by `npm run docs` from a migrated database. Every row of the product carries its `organization_id`, first in its keys; a **guarded** table shows and takes only rows of the organization that the database transaction names (forced row-level security).',
    ...sections,
  ].join('\n\n')}\n`;
}

function section(table: Table): string {
  const marks = [
    table.guarded ? 'Guarded.' : 'Not guarded.',
    ...(table.partitioned ? [`Partitioned by ${table.partitioned}.`] : []),
  ];
  return [
    `### ${table.name}`,
    '',
    marks.join(' '),
    '',
    '| column | type | null | default |',
    '| --- | --- | --- | --- |',
    ...table.columns.map(
      (c) => `| ${c.name} | ${c.type} | ${c.required ? '' : 'yes'} | ${c.default ? `\`${cell(c.default)}\`` : ''} |`,
    ),
    '',
    ...table.keys.map((key) => `- \`${cell(key.text)}\``),
    ...table.indexes.map((text) => `- index \`${cell(text)}\``),
  ]
    .join('\n')
    .trimEnd();
}

function cell(text: string): string {
  return text.replace(/\s+/g, ' ').replaceAll('|', '\\|');
}
