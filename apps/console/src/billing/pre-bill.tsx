import { Button, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { getPreBill, listPreBillItems, type PreBillDetail, refreshPreBill } from '../api/billing.ts';
import { useMay } from '../app/session.ts';
import { money } from '../format/money.ts';
import { useAction } from '../ui/actions.ts';
import { useAddress } from '../ui/list/state.ts';
import { Body, Fact, Facts, None, PageHead, Panel } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';
import { Time } from '../ui/time.tsx';
import { ItemsTable } from './items.tsx';
import { Lacking } from './lacking.tsx';
import { PreBillDialogs } from './pre-bill-dialogs.tsx';
import { UsageTable } from './usage.tsx';
import { itemWords, kindWords, PreBillBadge, spanWords } from './words.tsx';
import './billing.css';

/** A pre-bill: looked at, changed, approved or rejected. */
export function PreBillPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery({ queryKey: ['pre-bills', 'one', id], queryFn: () => getPreBill(id) });
  const [{ tab = 'details', dialog }, change] = useAddress();
  const preBill = query.data;
  if (!preBill) {
    return (
      <>
        <PageHead title="Pre-bill" />
        <Body>
          <Pending query={query} lines={8} />
        </Body>
      </>
    );
  }
  return (
    <>
      <nav className="crumbs" aria-label="Where this is">
        <Link to="/pre-bills" className="plain">
          Pre-bills
        </Link>
      </nav>
      <PageHead
        title={preBill.company.name}
        tab={`${preBill.number} of ${preBill.company.name}`}
        note={
          <span className="bill-note">
            <PreBillBadge state={preBill.state} />
            <span className="mono">{preBill.number}</span>
          </span>
        }
      >
        {preBill.state === 'pending' && <Actions preBill={preBill} onDialog={(kind) => change({ dialog: kind })} />}
        {preBill.state === 'approved' && (
          <Link to="/invoices/$id" params={{ id: preBill.id.replace(/^pbl_/, 'inv_') }}>
            <Button component="span" variant="default">
              See the invoice
            </Button>
          </Link>
        )}
      </PageHead>
      <Body>
        <Tabs value={tab} onChange={(to) => change({ tab: to })} keepMounted={false}>
          <Tabs.List className="bill-tabs">
            <Tabs.Tab value="details">Details</Tabs.Tab>
            <Tabs.Tab value="usage">Usage</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="details" className="bill">
            <Lacking lacking={preBill.lacking} />
            <About preBill={preBill} />
            <Panel title="Items">
              <ItemsTable
                of={['pre-bills', 'items', id, preBill.version]}
                list={(query, signal) => listPreBillItems(id, query, signal)}
                currency={preBill.currency}
              />
            </Panel>
          </Tabs.Panel>
          <Tabs.Panel value="usage" className="bill">
            <Panel title="Usage behind it">
              <UsageTable id={id} version={preBill.version} currency={preBill.currency} />
            </Panel>
          </Tabs.Panel>
        </Tabs>
      </Body>
      {dialog && <PreBillDialogs kind={dialog} preBill={preBill} onClose={() => change({ dialog: null })} />}
    </>
  );
}

function Actions({ preBill, onDialog }: { preBill: PreBillDetail; onDialog: (kind: string) => void }) {
  const may = useMay();
  const again = useAction(() => refreshPreBill(preBill.id), {
    changes: ['pre-bills'],
    done: (now) => (now.version === preBill.version ? 'Nothing has changed.' : 'It was collected anew.'),
  });
  return (
    <>
      {may('billing.pre_bill.edit') && (
        <>
          <Button variant="default" loading={again.isPending} onClick={() => again.mutate(undefined)}>
            Collect anew
          </Button>
          <Button variant="default" onClick={() => onDialog('edit')}>
            Edit
          </Button>
        </>
      )}
      {may('billing.pre_bill.approve') && (
        <>
          <Button variant="default" onClick={() => onDialog('reject')}>
            Reject
          </Button>
          <Button onClick={() => onDialog('approve')}>Approve</Button>
        </>
      )}
    </>
  );
}

function About({ preBill }: { preBill: PreBillDetail }) {
  const { currency } = preBill;
  return (
    <div className="bill-about">
      <Panel title="What it comes to">
        <Facts>
          {preBill.kinds.map(({ kind, items, net }) => (
            <Fact key={kind} name={itemWords[kind]} hint={`${items} ${items === 1 ? 'item' : 'items'}`}>
              <span className="bill-sum">{money(net, currency)}</span>
            </Fact>
          ))}
          <Fact name="Total excl. VAT">
            <strong className="bill-sum">{money(preBill.net, currency)}</strong>
          </Fact>
          <Fact name={`VAT ${preBill.tax.percent} %`}>
            <span className="bill-sum">{money(preBill.vat, currency)}</span>
          </Fact>
          <Fact name="Total">
            <strong className="bill-sum">{money(preBill.gross, currency)}</strong>
          </Fact>
        </Facts>
      </Panel>
      <Panel title="About it">
        <Facts>
          <Fact name="For">{spanWords(preBill.periodFrom, preBill.periodUntil)}</Fact>
          <Fact name="Kind">{kindWords[preBill.kind]}</Fact>
          <Fact name="Currency">{currency}</Fact>
          <Fact name="Reference" hint="What the buyer asked to see on its bills">
            {preBill.buyerReference || <None>as in its billing details</None>}
          </Fact>
          <Fact name="Note">{preBill.note || <None />}</Fact>
          <Fact name="Created">
            <Time at={preBill.createdAt} />
          </Fact>
          <Fact name="Collected">
            <Time at={preBill.collectedAt} />
          </Fact>
          {preBill.settledAt && (
            <Fact name={preBill.state === 'approved' ? 'Approved' : 'Rejected'}>
              <Time at={preBill.settledAt} />
              <div className="dim">by {preBill.settledBy}</div>
              {preBill.reason && <div>{preBill.reason}</div>}
            </Fact>
          )}
        </Facts>
      </Panel>
    </div>
  );
}
