import { Button, Group, NumberInput, Select } from '@mantine/core';
import { useState } from 'react';
import { advanceClock } from '../api/developers.ts';
import { queryClient } from '../app/query.ts';
import { useMay, useMe } from '../app/session.ts';
import { measures, organizationNow } from '../format/organization.ts';
import { dateTime, duration, longTime } from '../format/time.ts';
import { count } from '../format/words.ts';
import { tell, useAction } from '../ui/actions.ts';
import { Dialog } from '../ui/form.tsx';
import { Body, PageHead, Panel } from '../ui/page.tsx';
import { Ticking } from '../ui/ticking.tsx';
import './developers.css';

type Unit = 'hours' | 'days' | 'months';
type Move = { unit: Unit; by: number };
const most: Record<Unit, number> = { hours: 24 * 366, days: 366, months: 24 };
const usual: Move[] = [
  { unit: 'hours', by: 1 },
  { unit: 'days', by: 1 },
  { unit: 'days', by: 7 },
  { unit: 'months', by: 1 },
];

/** Time travel for a sandbox: everything that falls due on the way happens, in order, before the answer. */
export function ClockPage() {
  const me = useMe();
  const may = useMay();
  const [asked, setAsked] = useState<Move | null>(null);
  const [unit, setUnit] = useState<Unit>('days');
  const [by, setBy] = useState<number | string>(3);
  const { timeZone, clockAheadMs } = measures();
  if (!me.organization.sandbox || !may('sandbox.clock.move')) {
    return (
      <>
        <PageHead title="Sandbox clock" />
        <Body narrow>
          <p className="ink2">Only a sandbox has a clock of its own. This organization lives in real time.</p>
        </Body>
      </>
    );
  }
  const typed = { unit, by: typeof by === 'number' ? by : 0 };
  return (
    <>
      <PageHead title="Sandbox clock" />
      <Body narrow>
        <Panel title="Now in this sandbox">
          <Ticking>
            {() => (
              <>
                <div className="clock-now">{longTime(organizationNow())}</div>
                <p className="dim">
                  {clockAheadMs > 60_000 ? `${duration(clockAheadMs + 30_000)} ahead of real time` : 'As in real time'},
                  in {timeZone}
                </p>
              </>
            )}
          </Ticking>
        </Panel>
        <Panel title="Move it forward">
          <div className="form">
            <p>
              See in seconds what takes months: a month-end, a limit that resets, a fee that falls due. All of it
              happens in order and for good before the clock answers:
            </p>
            <ul className="plain-list">
              <li>Billing periods that end are closed; the next ones open and charge their fees.</li>
              <li>Usage counters start from zero and data-limit blocks are lifted.</li>
              <li>Ready periods that reach their last month become active.</li>
              <li>Devices go on working: the times of their packets move along.</li>
            </ul>
            <p className="notice notice-amber">A clock only goes forward. There is no way back.</p>
            <div className="clock-buttons">
              {usual.map((move) => (
                <Button key={`${move.by} ${move.unit}`} variant="default" onClick={() => setAsked(move)}>
                  {words(move)}
                </Button>
              ))}
            </div>
            <Group align="flex-end" gap="xs">
              <NumberInput
                label="By"
                value={by}
                onChange={setBy}
                min={1}
                max={most[unit]}
                allowDecimal={false}
                w={96}
              />
              <Select
                aria-label="Unit"
                data={['hours', 'days', 'months']}
                value={unit}
                onChange={(value) => setUnit((value as Unit | null) ?? 'days')}
                w={120}
                allowDeselect={false}
              />
              <Button onClick={() => setAsked(typed)} disabled={typed.by < 1 || typed.by > most[unit]}>
                Move
              </Button>
            </Group>
          </div>
        </Panel>
      </Body>
      {asked && <Confirm move={asked} onClose={() => setAsked(null)} />}
    </>
  );
}

function words({ unit, by }: Move): string {
  return count(by, unit.slice(0, -1));
}

function Confirm({ move, onClose }: { move: Move; onClose: () => void }) {
  const action = useAction(() => advanceClock({ [move.unit]: move.by }), {
    changes: [],
    onDone: async ({ now }) => {
      // Everything may have changed, and every "ago" with it: the clock first, then all that is shown.
      await queryClient.refetchQueries({ queryKey: ['me'] });
      void queryClient.invalidateQueries();
      tell(`It is now ${dateTime(now)}.`);
      onClose();
    },
    quiet: true,
  });
  return (
    <Dialog
      title={`Move the clock by ${words(move)}`}
      submit="Move the clock"
      busy={action.isPending}
      error={action.error}
      onSubmit={() => action.mutate()}
      onClose={onClose}
    >
      <p>
        Fees of every period that starts on the way are charged. With many SIMs and months this can take a while; the
        clock answers when all is done.
      </p>
    </Dialog>
  );
}
