import { SegmentedControl, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import {
  type Adjustment,
  askAdjustment,
  creditWallet,
  listDueFees,
  placeHold,
  setFloor,
  type Wallet,
} from '../api/wallets.ts';
import { money } from '../format/money.ts';
import { dayAfter, dayAt, dayBegins } from '../format/months.ts';
import { measures, organizationNow } from '../format/organization.ts';
import { count } from '../format/words.ts';
import { useAction, useForm } from '../ui/actions.ts';
import { Dialog } from '../ui/form.tsx';
import { ReasonInput } from './reason.tsx';
import { ChangeVat } from './vat.tsx';
import { typedAmount } from './words.ts';

type Props = { wallet: Wallet; onClose: () => void };

const changes = ['wallet', 'wallets', 'wallet adjustments', 'sim', 'sims', 'overview'];

/** What became of an adjustment: above the limit it waits. */
function asked(one: Adjustment): string {
  return one.state === 'pending' ? 'Somebody else has to agree first.' : 'The money has moved.';
}

/** What can be done with a wallet, by the word in the address. */
export function Dialogs({ kind, ...props }: Props & { kind: string }) {
  switch (kind) {
    case 'credit':
      return <Credit {...props} />;
    case 'debit':
      return <Debit {...props} />;
    case 'grant':
      return <Grant {...props} />;
    case 'hold':
      return <SetAside {...props} />;
    case 'floor':
      return <Floor {...props} />;
    case 'vat':
      return <ChangeVat {...props} />;
    default:
      return null;
  }
}

/** More than zero, as it is typed. */
function positive(text: string): string | null {
  const amount = typedAmount(text);
  return amount !== null && Number(amount) > 0 ? amount : null;
}

function Credit({ wallet, onClose }: Props) {
  const due = useQuery({
    queryKey: ['wallet', wallet.id, 'due fees', 'total'],
    queryFn: () => listDueFees(wallet.id, { limit: 1 }),
  }).data?.total;
  const credit = useAction(
    async ({ kind, ...input }: { amount: string; reason: string; kind: 'refill' | 'adjustment' }) => {
      if (kind === 'adjustment') return asked(await askAdjustment(wallet.id, { kind: 'credit', ...input }));
      const now = await creditWallet(wallet.id, { kind, ...input });
      return `The wallet holds ${money(now.remaining, now.currency)}.`;
    },
    { changes, done: (told) => told, onDone: onClose, quiet: true },
  );
  const { values, text, set, errors } = useForm(
    { amount: '', reason: '', kind: 'refill' as 'refill' | 'adjustment' },
    credit.error,
  );
  const amount = positive(values.amount);
  const reason = values.reason.trim();
  return (
    <Dialog
      title={`Put money into the wallet of ${wallet.owner.name}`}
      submit={amount === null ? 'Put in' : `Put in ${money(amount, wallet.currency)}`}
      busy={credit.isPending}
      error={credit.error}
      onSubmit={() => amount !== null && credit.mutate({ amount, reason, kind: values.kind })}
      onClose={onClose}
      disabled={amount === null || reason === ''}
    >
      <SegmentedControl
        aria-label="What it is"
        value={values.kind}
        onChange={(kind) => set('kind', kind as 'refill' | 'adjustment')}
        data={[
          { value: 'refill', label: 'Paid in' },
          { value: 'adjustment', label: 'Corrected by us' },
        ]}
      />
      <TextInput
        label={`Amount in ${wallet.currency}`}
        {...text('amount')}
        error={values.amount !== '' && amount === null ? 'More than zero, like 25.00' : errors.amount}
        inputMode="decimal"
        data-autofocus
      />
      <ReasonInput {...text('reason')} />
      {due && due.fees > 0 && (
        <p className="notice notice-blue">
          {count(due.fees, 'fee is', 'fees are')} due, {money(due.amount, due.currency)} together. They are paid first.
        </p>
      )}
      {wallet.atFloor && <p className="dim">SIMs that wait for money are free again at once.</p>}
    </Dialog>
  );
}

function Debit({ wallet, onClose }: Props) {
  const debit = useAction(
    (input: { amount: string; reason: string }) => askAdjustment(wallet.id, { kind: 'debit', ...input }),
    {
      changes,
      done: asked,
      onDone: onClose,
      quiet: true,
    },
  );
  const { values, text, errors } = useForm({ amount: '', reason: '' }, debit.error);
  const amount = positive(values.amount);
  const reason = values.reason.trim();
  return (
    <Dialog
      title={`Take money out of the wallet of ${wallet.owner.name}`}
      submit={amount === null ? 'Take out' : `Take out ${money(amount, wallet.currency)}`}
      danger
      busy={debit.isPending}
      error={debit.error}
      onSubmit={() => amount !== null && debit.mutate({ amount, reason })}
      onClose={onClose}
      disabled={amount === null || reason === ''}
    >
      <p>
        It holds {money(wallet.remaining, wallet.currency)} and keeps {money(wallet.floor, wallet.currency)}
        {Number(wallet.held) > 0 && <> and the {money(wallet.held, wallet.currency)} that is set aside</>}. At its
        minimum, SIMs that pay from it are blocked.
      </p>
      <TextInput
        label={`Amount in ${wallet.currency}`}
        {...text('amount')}
        error={values.amount !== '' && amount === null ? 'More than zero, like 25.00' : errors.amount}
        inputMode="decimal"
        data-autofocus
      />
      <ReasonInput {...text('reason')} />
    </Dialog>
  );
}

/** The last day, as it is typed, ends at midnight there. */
function endOf(day: string): string {
  return dayBegins(dayAfter(day), measures().timeZone);
}

const today = () => dayAt(organizationNow(), measures().timeZone);

function Grant({ wallet, onClose }: Props) {
  const grant = useAction(
    (input: { amount: string; reason: string; expiresAt: string | null }) =>
      askAdjustment(wallet.id, { kind: 'grant', ...input }),
    { changes, done: asked, onDone: onClose, quiet: true },
  );
  const { values, text, errors } = useForm({ amount: '', reason: '', last: '' }, grant.error);
  const amount = positive(values.amount);
  const reason = values.reason.trim();
  const late = values.last !== '' && values.last < today();
  return (
    <Dialog
      title={`Grant money to ${wallet.owner.name}`}
      submit={amount === null ? 'Grant' : `Grant ${money(amount, wallet.currency)}`}
      busy={grant.isPending}
      error={grant.error}
      onSubmit={() =>
        amount !== null && grant.mutate({ amount, reason, expiresAt: values.last === '' ? null : endOf(values.last) })
      }
      onClose={onClose}
      disabled={amount === null || reason === '' || late}
    >
      <p>Nobody paid for it. It is spent before what was paid in, and is never paid out.</p>
      <TextInput
        label={`Amount in ${wallet.currency}`}
        {...text('amount')}
        error={values.amount !== '' && amount === null ? 'More than zero, like 25.00' : errors.amount}
        inputMode="decimal"
        data-autofocus
      />
      <TextInput
        label="Last day"
        description="What is left of it leaves the wallet then. Without a day it stays until it is spent."
        type="date"
        min={today()}
        {...text('last')}
        error={late ? 'Today or later' : errors.expiresAt}
      />
      <ReasonInput {...text('reason')} />
    </Dialog>
  );
}

function SetAside({ wallet, onClose }: Props) {
  const place = useAction((input: Parameters<typeof placeHold>[1]) => placeHold(wallet.id, input), {
    changes,
    done: (hold) => `${money(hold.held, hold.currency)} is set aside.`,
    onDone: onClose,
    quiet: true,
  });
  const { values, text, errors } = useForm({ amount: '', reason: '', last: '' }, place.error);
  const amount = positive(values.amount);
  const reason = values.reason.trim();
  const until = values.last === '' ? undefined : endOf(values.last);
  return (
    <Dialog
      title={`Set money of ${wallet.owner.name} aside`}
      submit={amount === null ? 'Set aside' : `Set ${money(amount, wallet.currency)} aside`}
      busy={place.isPending}
      error={place.error}
      onSubmit={() => amount !== null && place.mutate({ amount, reason, ...(until && { until }) })}
      onClose={onClose}
      disabled={amount === null || reason === ''}
    >
      <p>
        {money(wallet.available, wallet.currency)} can be set aside, less the minimum balance. Fees, purchases and
        refills leave it; usage does not.
      </p>
      <TextInput
        label={`Amount in ${wallet.currency}`}
        {...text('amount')}
        error={values.amount !== '' && amount === null ? 'More than zero, like 25.00' : errors.amount}
        inputMode="decimal"
        data-autofocus
      />
      <TextInput
        label="Last day"
        description="Then it is free again. A week, unless a day is given."
        type="date"
        min={today()}
        {...text('last')}
        error={errors.until}
      />
      <ReasonInput {...text('reason')} label="What it is for" />
    </Dialog>
  );
}

function Floor({ wallet, onClose }: Props) {
  const save = useAction((floor: string) => setFloor(wallet.id, floor), {
    changes,
    done: (now) => `The minimum balance is ${money(now.floor, now.currency)}.`,
    onDone: onClose,
    quiet: true,
  });
  const { values, text, errors } = useForm({ floor: wallet.floor }, save.error);
  const floor = typedAmount(values.floor);
  const stops = floor !== null && Number(wallet.remaining) <= Number(floor);
  return (
    <Dialog
      title="Set the minimum balance"
      submit="Set"
      danger={stops && !wallet.atFloor}
      busy={save.isPending}
      error={save.error}
      onSubmit={() => floor !== null && save.mutate(floor)}
      onClose={onClose}
      disabled={floor === null}
    >
      <TextInput
        label={`Minimum balance in ${wallet.currency}`}
        description="What fees and purchases must leave. Below zero is credit: −50 lets it go to −50."
        {...text('floor')}
        error={floor === null ? 'An amount, like 25.00 or −50' : errors.floor}
        inputMode="decimal"
        data-autofocus
      />
      {stops && !wallet.atFloor && (
        <p className="notice notice-amber">
          The wallet holds {money(wallet.remaining, wallet.currency)}, which is no more than that: the PAYGO SIMs of{' '}
          {wallet.owner.name} are blocked at once.
        </p>
      )}
    </Dialog>
  );
}
