import { Button, Group, TextInput } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { fileAddress } from '../api/accounting.ts';
import { dayAt } from '../format/months.ts';
import { measures, organizationNow } from '../format/organization.ts';
import { Panel } from '../ui/page.tsx';

const files = [
  {
    ...{ what: 'documents' as const, title: 'Invoices and credit notes' },
    says: 'By kind of item, with customer, account, VAT and sums.',
  },
  {
    ...{ what: 'journal' as const, title: 'Journal' },
    says: 'All that was posted, as debits and credits by month. It balances.',
  },
];

/** Files for every other accounting system. */
export function Files() {
  const today = dayAt(organizationNow(), measures().timeZone);
  const [days, setDays] = useState(() => lastMonth(today));
  const turned = days.until < days.from;
  const day = (name: 'from' | 'until', label: string) => (
    <TextInput
      label={label}
      type="date"
      value={days[name]}
      onChange={(event) => event.currentTarget.value && setDays({ ...days, [name]: event.currentTarget.value })}
      error={name === 'until' && turned && 'Not before the first day'}
    />
  );
  return (
    <Panel title="Files" aside="For every other accounting system">
      <div className="form">
        <Group align="start" gap="md">
          {day('from', 'From')}
          {day('until', 'Until')}
        </Group>
        {files.map(({ what, title, says }) => (
          <section className="form-part" key={what}>
            <h3>{title}</h3>
            <p className="ink2">{says}</p>
            <Group gap="xs">
              {(['csv', 'xlsx'] as const).map((form) => (
                <Button
                  key={form}
                  component="a"
                  href={turned ? undefined : fileAddress(what, days, form)}
                  data-disabled={turned || undefined}
                  download
                  size="xs"
                  variant="default"
                  leftSection={<IconDownload size={14} />}
                >
                  {form.toUpperCase()}
                </Button>
              ))}
            </Group>
          </section>
        ))}
      </div>
    </Panel>
  );
}

/** The first day and the last of the month before a day. */
function lastMonth(today: string): { from: string; until: string } {
  const [year, month] = [Number(today.slice(0, 4)), Number(today.slice(5, 7))];
  const iso = (at: number) => new Date(at).toISOString().slice(0, 10);
  return { from: iso(Date.UTC(year, month - 2, 1)), until: iso(Date.UTC(year, month - 1, 0)) };
}
