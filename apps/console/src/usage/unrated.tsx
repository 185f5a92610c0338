import { Button, Drawer, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import {
  countUnrated,
  dismissUnrated,
  listUnrated,
  placeUnrated,
  replayUnrated,
  type Unrated,
  type UnratedState,
} from '../api/usage.ts';
import { useMay } from '../app/session.ts';
import { addBytes, bytes } from '../format/bytes.ts';
import { plainQuantity, quantity, serviceWords } from '../format/usage.ts';
import { count, number, sentence, type Tone } from '../format/words.ts';
import { useAction } from '../ui/actions.ts';
import { ExplainButton } from '../ui/explain/button.tsx';
import { Dialog } from '../ui/form.tsx';
import { Json } from '../ui/json.tsx';
import { List } from '../ui/list/list.tsx';
import { timeColumn } from '../ui/list/parts.tsx';
import { useAddress } from '../ui/list/state.ts';
import type { Column, Filter } from '../ui/list/types.ts';
import { Fact, Facts, None } from '../ui/page.tsx';
import { Empty } from '../ui/state.tsx';
import { Badge } from '../ui/status.tsx';
import { Time } from '../ui/time.tsx';

const states: Record<UnratedState, { tone: Tone; word: string }> = {
  waiting: { tone: 'blue', word: 'Being charged' },
  unrated: { tone: 'amber', word: 'Not charged' },
  quarantined: { tone: 'red', word: 'Set aside' },
  charged: { tone: 'green', word: 'Charged' },
  dismissed: { tone: 'grey', word: 'Dismissed' },
};

const columns: readonly Column<Unrated>[] = [
  {
    id: 'reason',
    label: 'Why it is not charged',
    width: 400,
    priority: 0,
    phone: 'title',
    cell: (row) => (
      <span className="two">
        <span className="strong">{sentence(row.reason)}</span>
        <span className="sub" title={row.reasonText}>
          {row.reasonText}
        </span>
      </span>
    ),
    csv: (row) => row.reasonText,
  },
  {
    id: 'state',
    label: 'State',
    width: 128,
    priority: 1,
    phone: 'side',
    cell: (row) => <Badge tone={states[row.state].tone}>{states[row.state].word}</Badge>,
    csv: (row) => row.state,
  },
  {
    id: 'sim',
    label: 'SIM or IMSI',
    width: 192,
    priority: 1,
    cell: (row) =>
      row.sim ? (
        <Link to="/sims/$id" params={{ id: row.sim.id }} className="plain mono above">
          {row.sim.iccid}
        </Link>
      ) : (
        <span className="mono">{row.imsi ?? <None>no IMSI</None>}</span>
      ),
    csv: (row) => row.sim?.iccid ?? row.imsi ?? '',
  },
  {
    id: 'data',
    label: 'Used',
    width: 104,
    align: 'right',
    priority: 1,
    cell: (row) => quantity(row.service, row),
    csv: (row) => plainQuantity(row.service, row),
  },
  {
    id: 'source',
    label: 'From',
    width: 132,
    priority: 4,
    phone: 'none',
    cell: (row) => row.source.name,
    csv: (row) => row.source.name,
  },
  {
    id: 'attempts',
    label: 'Tries',
    width: 64,
    align: 'right',
    priority: 6,
    phone: 'none',
    cell: (row) => number(row.attempts),
    csv: (row) => String(row.attempts),
  },
  timeColumn('occurred', 'Happened', (row) => row.occurredAt, { align: 'right', priority: 2 }),
  timeColumn('received', 'Received', (row) => row.receivedAt, { align: 'right', hidden: true, phone: 'none' }),
];

const filters: readonly Filter[] = [
  {
    name: 'reason',
    label: 'Reason',
    kind: 'one',
    load: async () => {
      const { counts } = await countUnrated();
      return [...new Set(counts.map(({ reason }) => reason))].map((reason) => ({
        value: reason,
        label: sentence(reason),
      }));
    },
  },
  {
    name: 'state',
    label: 'State',
    kind: 'many',
    options: Object.entries(states).map(([value, { word }]) => ({ value, label: word })),
  },
];

const rowId = (row: Unrated) => row.id;
const rowName = (row: Unrated) => `usage of ${row.sim?.iccid ?? row.imsi ?? 'an unknown SIM'}`;

export function UnratedPage() {
  const may = useMay();
  const [address] = useAddress();
  const counts = useQuery({ queryKey: ['unrated', 'counts'], queryFn: countUnrated });
  const narrowed = Boolean(address.search || address.reason || address.state);
  const [open, setOpen] = useState<Unrated | null>(null);
  const canReplay = may('usage.unrated.replay');
  return (
    <>
      <List
        noun="unrated"
        title="Unrated usage"
        count={counts.data && !narrowed ? number(counts.data.total) : undefined}
        columns={columns}
        list={listUnrated}
        id={rowId}
        name={rowName}
        onOpen={setOpen}
        searchHint="Search by IMSI"
        filters={filters}
        {...(canReplay && {
          selection: (rows: Unrated[], clear: () => void) => <Selected rows={rows} onDone={clear} />,
        })}
        empty={
          <Empty title="All usage is charged">
            Usage that cannot be charged waits here with its reason: an unknown IMSI, a SIM without a plan, counters
            that cannot be true. Nothing is lost; once the cause is gone it can be replayed.
          </Empty>
        }
      >
        {canReplay && address.reason && <ReplayReason reason={address.reason} />}
      </List>
      {open && <Detail row={open} onClose={() => setOpen(null)} />}
    </>
  );
}

const changes = ['unrated', 'overview'];
const replayed = ({ waiting }: { waiting: number }) => `${count(waiting, 'update')} will be charged again.`;

function ReplayReason({ reason }: { reason: string }) {
  const replay = useAction(() => replayUnrated({ reason }), { changes, done: replayed });
  return (
    <Button loading={replay.isPending} onClick={() => replay.mutate()}>
      Replay all: {sentence(reason).toLowerCase()}
    </Button>
  );
}

function Selected({ rows, onDone }: { rows: Unrated[]; onDone: () => void }) {
  const [dismissing, setDismissing] = useState(false);
  const [placing, setPlacing] = useState(false);
  const ids = rows.map(({ id }) => id);
  const replay = useAction(() => replayUnrated({ ids }), { changes, done: replayed, onDone });
  return (
    <>
      <Button size="xs" variant="default" loading={replay.isPending} onClick={() => replay.mutate()}>
        Replay
      </Button>
      <Button size="xs" variant="default" onClick={() => setPlacing(true)}>
        Place
      </Button>
      <Button size="xs" variant="default" onClick={() => setDismissing(true)}>
        Dismiss
      </Button>
      {placing && <Place rows={rows} onClose={() => setPlacing(false)} onDone={onDone} />}
      {dismissing && <Dismiss rows={rows} onClose={() => setDismissing(false)} onDone={onDone} />}
    </>
  );
}

function Place({ rows, onClose, onDone }: { rows: Unrated[]; onClose: () => void; onDone: () => void }) {
  const total = addBytes(...rows.flatMap((row) => [row.bytesUp, row.bytesDown]));
  const place = useAction(() => placeUnrated(rows.map(({ id }) => id)), {
    changes,
    done: ({ waiting }) => `${count(waiting, 'update')} will be charged in the running period.`,
    onDone: () => {
      onClose();
      onDone();
    },
    quiet: true,
  });
  return (
    <Dialog
      title={`Place ${count(rows.length, 'update')}`}
      submit="Charge in the running period"
      busy={place.isPending}
      error={place.error}
      onSubmit={() => place.mutate()}
      onClose={onClose}
    >
      <p>
        {bytes(total)} will be charged in the running period of each SIM, whatever the time of the usage. It counts for
        allowance and charge, and not for the data limit. A SIM without a running period keeps it as unrated.
      </p>
    </Dialog>
  );
}

function Dismiss({ rows, onClose, onDone }: { rows: Unrated[]; onClose: () => void; onDone: () => void }) {
  const total = addBytes(...rows.flatMap((row) => [row.bytesUp, row.bytesDown]));
  const dismiss = useAction(() => dismissUnrated(rows.map(({ id }) => id)), {
    changes,
    done: `${count(rows.length, 'update')} dismissed.`,
    onDone: () => {
      onClose();
      onDone();
    },
    quiet: true,
  });
  return (
    <Dialog
      title={`Dismiss ${count(rows.length, 'update')}`}
      submit="Dismiss"
      busy={dismiss.isPending}
      error={dismiss.error}
      onSubmit={() => dismiss.mutate()}
      onClose={onClose}
      danger
    >
      <p>
        {total === '0' ? 'This usage' : bytes(total)} will never be charged. The updates stay on record, with who
        dismissed them.
      </p>
    </Dialog>
  );
}

function Detail({ row, onClose }: { row: Unrated; onClose: () => void }) {
  const may = useMay();
  const [dismissing, setDismissing] = useState(false);
  const [placing, setPlacing] = useState(false);
  const replay = useAction(() => replayUnrated({ ids: [row.id] }), { changes, done: replayed, onDone: onClose });
  const isOpen = row.state === 'unrated' || row.state === 'quarantined' || row.state === 'waiting';
  return (
    <Drawer opened onClose={onClose} title={sentence(row.reason)} closeButtonProps={{ 'aria-label': 'Close' }}>
      <div className="form">
        <p>
          {row.reasonText} <ExplainButton id={row.id} what="why it is not charged" />
        </p>
        <Facts>
          <Fact name="State">
            <Badge tone={states[row.state].tone}>{states[row.state].word}</Badge>
          </Fact>
          <Fact name="SIM">
            {row.sim ? (
              <Link to="/sims/$id" params={{ id: row.sim.id }} className="link mono">
                {row.sim.iccid}
              </Link>
            ) : (
              <None>unknown</None>
            )}
          </Fact>
          <Fact name="IMSI">{row.imsi ? <span className="mono">{row.imsi}</span> : <None>not sent</None>}</Fact>
          <Fact name={serviceWords[row.service]}>
            {row.service === 'data' ? (
              <>
                {bytes(row.bytesUp)} up · {bytes(row.bytesDown)} down
              </>
            ) : (
              quantity(row.service, row)
            )}
          </Fact>
          <Fact name="Network">{row.plmn ? <span className="mono">{row.plmn}</span> : <None>unknown</None>}</Fact>
          <Fact name="From">{row.source.name}</Fact>
          <Fact name="Happened">
            <Time at={row.occurredAt} />
          </Fact>
          <Fact name="Received">
            <Time at={row.receivedAt} />
          </Fact>
          {row.resolvedAt && (
            <Fact name="Decided">
              <Time at={row.resolvedAt} /> by {row.resolvedBy}
            </Fact>
          )}
        </Facts>
        <Json value={row.raw} />
        {isOpen && may('usage.unrated.replay') && (
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={() => setDismissing(true)}>
              Dismiss
            </Button>
            {row.sim && (
              <Button variant="default" onClick={() => setPlacing(true)}>
                Place
              </Button>
            )}
            <Button loading={replay.isPending} onClick={() => replay.mutate()}>
              Replay
            </Button>
          </Group>
        )}
      </div>
      {placing && <Place rows={[row]} onClose={() => setPlacing(false)} onDone={onClose} />}
      {dismissing && <Dismiss rows={[row]} onClose={() => setDismissing(false)} onDone={onClose} />}
    </Drawer>
  );
}
