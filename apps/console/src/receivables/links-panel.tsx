import { Button, NumberInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Invoice } from '../api/billing.ts';
import { listInvoiceLinks, makeInvoiceLink, revokeInvoiceLink } from '../api/receivables.ts';
import { useMay } from '../app/session.ts';
import { useAction } from '../ui/actions.ts';
import { ShownOnce } from '../ui/copy.tsx';
import { Dialog } from '../ui/form.tsx';
import { None, Panel } from '../ui/page.tsx';
import { Time } from '../ui/time.tsx';
import './receivables.css';

const changes = ['invoice links'];
const usualDays = 90;

/** Addresses by which somebody sees this invoice, and pays it, without signing in. */
export function LinksPanel({ invoice }: { invoice: Invoice }) {
  const may = useMay();
  const sees = may('receivables.link.view');
  const edits = may('receivables.link.edit');
  const [making, setMaking] = useState(false);
  const query = useQuery({
    queryKey: ['invoice links', invoice.id],
    queryFn: () => listInvoiceLinks(invoice.id),
    enabled: sees,
  });
  if (!query.data) return null;
  const good = query.data.items.filter((link) => link.good);
  return (
    <Panel title={invoice.kind === 'invoice' ? 'Link to pay' : 'Link to see it'}>
      <p className="ink2">
        Whoever has a link sees this {invoice.kind === 'invoice' ? 'invoice and can pay it' : 'credit note'}, without a
        password. It shows nothing else.
      </p>
      {good.length > 0 && (
        <ul className="pay-links">
          {good.map((link) => (
            <li key={link.id}>
              <span>
                By {link.madeBy}, until <Time at={link.expiresAt} />
                <span className="dim">
                  {' '}
                  ·{' '}
                  {link.seenAt ? (
                    <>
                      opened <Time at={link.seenAt} />
                    </>
                  ) : (
                    <None>not opened yet</None>
                  )}
                </span>
              </span>
              {edits && <Revoke id={link.id} />}
            </li>
          ))}
        </ul>
      )}
      {edits && (
        <div className="make-link">
          <Button size="xs" variant="default" onClick={() => setMaking(true)}>
            Make a link
          </Button>
        </div>
      )}
      {making && <Make invoice={invoice} onClose={() => setMaking(false)} />}
    </Panel>
  );
}

function Revoke({ id }: { id: string }) {
  const revoke = useAction(() => revokeInvoiceLink(id), { changes, done: 'The link is ended.' });
  return (
    <Button
      size="compact-xs"
      variant="subtle"
      color="red.8"
      loading={revoke.isPending}
      onClick={() => revoke.mutate(undefined)}
    >
      End it
    </Button>
  );
}

function Make({ invoice, onClose }: { invoice: Invoice; onClose: () => void }) {
  const [days, setDays] = useState<number | string>(usualDays);
  const make = useAction(() => makeInvoiceLink(invoice.id, Number(days)), { changes, quiet: true });
  const url = make.data?.url;
  const fits = Number.isInteger(Number(days)) && Number(days) >= 1 && Number(days) <= 400;
  return (
    <Dialog
      title={`A link to ${invoice.number}`}
      submit={url ? 'Done' : 'Make the link'}
      busy={make.isPending}
      error={make.error}
      onSubmit={() => (url ? onClose() : make.mutate(undefined))}
      onClose={onClose}
      disabled={!fits}
    >
      {url ? (
        <ShownOnce label="Shown this once: hand it over" text={url} />
      ) : (
        <NumberInput
          label="Days that it is good"
          value={days}
          onChange={setDays}
          min={1}
          max={400}
          error={fits ? undefined : 'From 1 to 400'}
          data-autofocus
        />
      )}
    </Dialog>
  );
}
