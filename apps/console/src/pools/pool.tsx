import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { getPool, type Pool } from '../api/pools.ts';
import { useMay, useMe } from '../app/session.ts';
import { bytes, share } from '../format/bytes.ts';
import { exactMoney, money } from '../format/money.ts';
import { count } from '../format/words.ts';
import { ExplainButton } from '../ui/explain/button.tsx';
import { useAddress } from '../ui/list/state.ts';
import { Body, Fact, Facts, None, PageHead, Panel } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';
import { Badge, Meter } from '../ui/status.tsx';
import { Live, Time } from '../ui/time.tsx';
import { BurnDown } from './burn-down.tsx';
import { Members } from './members.tsx';
import { Months } from './months.tsx';
import { TermsPanel } from './terms.tsx';
import { usedShare } from './used.tsx';
import { outlook, poolTypeMeaning, poolTypeWords } from './words.ts';
import './pools.css';

const Dialogs = lazy(async () => ({ default: (await import('./dialogs.tsx')).Dialogs }));

const Assign = lazy(async () => ({ default: (await import('../periods/assign.tsx')).Assign }));

export type PoolDialog = 'details' | 'terms' | 'add' | 'many' | 'archive';

export function PoolPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery({ queryKey: ['pool', id, 'row'], queryFn: () => getPool(id) });
  const [{ dialog }, change] = useAddress();
  const open = (kind: PoolDialog | null) => change({ dialog: kind });
  const pool = query.data;
  if (!pool) {
    return (
      <>
        <PageHead title="Pool" />
        <Body>
          <Pending query={query} lines={8} />
        </Body>
      </>
    );
  }
  return (
    <>
      <nav className="crumbs" aria-label="Where this is">
        <Link to="/pools" className="plain">
          Pools
        </Link>
      </nav>
      <PageHead
        title={pool.name}
        note={
          <span className="pool-note">
            <span>{poolTypeWords[pool.type]}</span>
            {pool.archivedAt && <Badge tone="grey">Archived</Badge>}
            <Live updatedAt={query.dataUpdatedAt} />
          </span>
        }
      >
        <Actions pool={pool} onDialog={open} />
      </PageHead>
      <Body>
        <div className="pool">
          <div className="pool-does">
            <Panel>
              <Outlook pool={pool} />
              {pool.month && <BurnDown pool={pool} />}
            </Panel>
          </div>
          <div className="pool-is">
            <MonthPanel pool={pool} onLimit={() => open('details')} />
            <CostPanel pool={pool} />
            <TermsPanel pool={pool} onEdit={() => open('terms')} />
            <Details pool={pool} />
          </div>
          <div className="pool-past">
            <Members pool={pool} onAdd={() => open('add')} />
            <Months pool={pool} />
          </div>
        </div>
      </Body>
      {dialog === 'many' && (
        <Suspense>
          <Assign whom={{ kind: 'named' }} pool={pool.id} only={`${pool.type}_pool`} onClose={() => open(null)} />
        </Suspense>
      )}
      {dialog && dialog !== 'many' && (
        <Suspense>
          <Dialogs kind={dialog} pool={pool} onClose={() => open(null)} />
        </Suspense>
      )}
    </>
  );
}

function Actions({ pool, onDialog }: { pool: Pool; onDialog: (kind: PoolDialog) => void }) {
  const me = useMe();
  const may = useMay();
  if (pool.archivedAt || me.actor.companyId !== null) return null;
  const edits = may('pools.pool.edit');
  const archives = may('pools.pool.delete');
  return (
    <>
      {edits && <Button onClick={() => onDialog('add')}>Add SIMs</Button>}
      {(edits || archives) && (
        <Menu position="bottom-end" width={220}>
          <Menu.Target>
            <ActionIcon variant="default" size={36} aria-label="More actions">
              <IconDots size={18} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {edits && (
              <>
                {may('periods.plan.assign') && (
                  <Menu.Item onClick={() => onDialog('many')}>Add many SIMs, or a file</Menu.Item>
                )}
                <Menu.Item onClick={() => onDialog('terms')}>Change the terms</Menu.Item>
                <Menu.Item onClick={() => onDialog('details')}>Name, limit, labels and note</Menu.Item>
              </>
            )}
            {archives && (
              <Menu.Item color="var(--red)" onClick={() => onDialog('archive')}>
                Archive
              </Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
      )}
    </>
  );
}

/** One sentence that answers the question people come with: will it last? */
function Outlook({ pool }: { pool: Pool }) {
  const { tone, short, sentence } = outlook(pool);
  return (
    <div className="pool-outlook" role="status">
      <Badge tone={tone}>{short}</Badge>
      <p>{sentence}</p>
    </div>
  );
}

function MonthPanel({ pool, onLimit }: { pool: Pool; onLimit: () => void }) {
  const me = useMe();
  const may = useMay();
  const { month } = pool;
  if (!month) return null;
  const canEdit = may('pools.pool.edit') && me.actor.companyId === null && !pool.archivedAt;
  return (
    <Panel title="Data" aside={<span>{month.daysLeft === 1 ? '1 day left' : `${month.daysLeft} days left`}</span>}>
      <div className="pool-left">
        <div>
          <span className="pool-left-value">{bytes(month.leftBytes)}</span>{' '}
          <span className="dim">left of {bytes(month.allowanceBytes)}</span>
        </div>
        <div>
          <Meter value={usedShare(month)} label="Part of the balance that is used" />
          <div className="pool-left-words">
            <span>{bytes(month.usedBytes)} used</span>
            <span className="dim">
              until <Time at={month.endsAt} />
            </span>
          </div>
        </div>
        {pool.dataLimitBytes !== null && (
          <div>
            <Meter
              value={share(month.limitUsedBytes, pool.dataLimitBytes)}
              label="Part of the data limit that is used"
            />
            <div className="pool-left-words">
              <span>{bytes(month.limitUsedBytes)}</span>
              <span className="dim">of the limit of {bytes(pool.dataLimitBytes)}</span>
            </div>
          </div>
        )}
        {canEdit && (
          <div>
            <Button size="xs" variant="default" onClick={onLimit}>
              {pool.dataLimitBytes === null
                ? 'Set a limit'
                : month.limitReached
                  ? 'Raise the limit'
                  : 'Change the limit'}
            </Button>
          </div>
        )}
      </div>
    </Panel>
  );
}

/** What the month costs so far, each part on its own line. */
function CostPanel({ pool: { month, type } }: { pool: Pool }) {
  if (!month) return null;
  const { currency } = month;
  const rows: [string, string][] = [
    [type === 'static' ? 'Monthly fee' : `Fees of ${count(month.contributions, 'member')}`, month.fees],
    ...(Number(month.activationFees) === 0 ? [] : ([['Activation fees', month.activationFees]] as [string, string][])),
    [month.overageBlocks === '0' ? 'Overage' : `Overage, ${count(Number(month.overageBlocks), 'block')}`, month.charge],
  ];
  return (
    <Panel title="Cost of the month">
      <table className="plain-table cost">
        <tbody>
          {rows.map(([what, amount]) => (
            <tr key={what}>
              <td>{what}</td>
              <td className="right nowrap" title={exactMoney(amount, currency)}>
                {money(amount, currency)}
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <td className="strong">So far</td>
            <td className="right nowrap strong" title={exactMoney(month.total, currency)}>
              {money(month.total, currency)}
              <ExplainButton id={month.id} what="what this month costs" />
            </td>
          </tr>
        </tfoot>
      </table>
    </Panel>
  );
}

function Details({ pool }: { pool: Pool }) {
  const { organization } = useMe();
  return (
    <Panel title="Details">
      <Facts>
        <Fact name="Type">{poolTypeMeaning[pool.type]}</Fact>
        <Fact name="Company">{pool.company?.name ?? <None>{organization.name}</None>}</Fact>
        <Fact name="Members">
          <Link to="/sims" search={{ pool: pool.id }} className="link">
            {count(pool.members, 'SIM')}
          </Link>
        </Fact>
        <Fact name="Months of" hint="Where the calendar months of this pool begin and end">
          {pool.timeZone}
        </Fact>
        <Fact name="Labels">
          {pool.labels.length === 0 ? (
            <None />
          ) : (
            <span className="labels">
              {pool.labels.map((label) => (
                <span key={label} className="label">
                  {label}
                </span>
              ))}
            </span>
          )}
        </Fact>
        <Fact name="Note">{pool.note === '' ? <None /> : <span className="pre">{pool.note}</span>}</Fact>
        <Fact name="Created">
          <Time at={pool.createdAt} />
        </Fact>
      </Facts>
    </Panel>
  );
}
