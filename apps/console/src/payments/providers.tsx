import { Button, Group, Radio, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import {
  changeProvider,
  checkProvider,
  getPaymentSettings,
  listProviders,
  type OnDispute,
  type PaymentProvider,
  setPaymentSettings,
} from '../api/providers.ts';
import { useMay, useMe } from '../app/session.ts';
import type { Tone } from '../format/words.ts';
import { useAction } from '../ui/actions.ts';
import { Copy } from '../ui/copy.tsx';
import { Fact, Facts, None, Panel } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';
import { Badge } from '../ui/status.tsx';
import { Time } from '../ui/time.tsx';
import './payments.css';

const Dialogs = lazy(async () => ({ default: (await import('./provider-dialogs.tsx')).ProviderDialogs }));
export type ProviderDialog =
  | { kind: 'stripe'; provider: PaymentProvider | null }
  | { kind: 'sandbox' | 'disconnect'; provider: PaymentProvider | null };

/** How often keys that are being looked at are read again. */
const lookingMs = 1_500;

/** Who takes cards for the organization, and what a dispute does. */
export function OrganizationPayments() {
  const may = useMay();
  const [dialog, setDialog] = useState<ProviderDialog | null>(null);
  const query = useQuery({
    queryKey: ['payment-providers'],
    queryFn: listProviders,
    enabled: may('payments.provider.view'),
    refetchInterval: ({ state: { data } }) =>
      data?.items.some(({ checkedAt }) => checkedAt === null) ? lookingMs : false,
  });
  if (!may('payments.provider.view')) return null;
  return (
    <>
      <Panel title="Payments" aside="Who takes cards, with an account of your own">
        {query.data ? (
          <Providers providers={query.data.items} onDialog={setDialog} />
        ) : (
          <Pending query={query} lines={4} />
        )}
      </Panel>
      <Disputes />
      {dialog && (
        <Suspense>
          <Dialogs dialog={dialog} onClose={() => setDialog(null)} />
        </Suspense>
      )}
    </>
  );
}

function Providers({
  providers,
  onDialog,
}: {
  providers: PaymentProvider[];
  onDialog: (dialog: ProviderDialog) => void;
}) {
  const me = useMe();
  const edits = useMay()('payments.provider.edit');
  const missing = (kind: PaymentProvider['kind']) => !providers.some((provider) => provider.kind === kind);
  const [stripe, sandbox] = [missing('stripe'), missing('sandbox') && me.organization.sandbox];
  return (
    <Stack gap="lg">
      {providers.length === 0 && (
        <p className="ink2">
          Nobody yet: what is refilled is paid by hand or from a wallet until a provider is connected.
        </p>
      )}
      {providers.map((provider) => (
        <Provider key={provider.id} provider={provider} alone={providers.length === 1} onDialog={onDialog} />
      ))}
      {edits && (stripe || sandbox) && (
        <Group gap="xs">
          {stripe && <Button onClick={() => onDialog({ kind: 'stripe', provider: null })}>Connect Stripe</Button>}
          {sandbox && (
            <Button variant="default" onClick={() => onDialog({ kind: 'sandbox', provider: null })}>
              Connect sandbox payments
            </Button>
          )}
        </Group>
      )}
    </Stack>
  );
}

/** How its keys are, in a word and a sentence. */
function health(provider: PaymentProvider): { tone: Tone; word: string; why?: string } {
  if (provider.checkedAt === null) return { tone: 'amber', word: 'Being checked' };
  if (provider.checkFailure) return { tone: 'red', word: 'Keys do not work', why: provider.checkFailure };
  return { tone: 'green', word: 'Connected' };
}

function Provider({
  provider,
  alone,
  onDialog,
}: {
  provider: PaymentProvider;
  alone: boolean;
  onDialog: (dialog: ProviderDialog) => void;
}) {
  const me = useMe();
  const edits = useMay()('payments.provider.edit');
  const changes = ['payment-providers'];
  const check = useAction(() => checkProvider(provider.id), { changes });
  const prefer = useAction(() => changeProvider(provider.id, { preferred: true }), {
    changes,
    done: `${provider.name} takes cards from now on.`,
  });
  const { tone, word, why } = health(provider);
  const stripe = provider.kind === 'stripe';
  return (
    <section className="provider">
      <Group gap="xs" justify="space-between">
        <h3>{provider.name}</h3>
        <Group gap="xs">
          {provider.mode === 'test' && (
            <Badge tone="amber" title="Test keys: cards of real people are not charged">
              Test
            </Badge>
          )}
          {provider.mode === 'live' && <Badge tone="blue">Live</Badge>}
          {provider.preferred && !alone && <Badge tone="blue">Preferred</Badge>}
          <Badge tone={tone} title={why}>
            {word}
          </Badge>
        </Group>
      </Group>
      {why && <p className="notice notice-red">{why}</p>}
      {stripe ? (
        <>
          {provider.mode === 'test' && !me.organization.sandbox && (
            <p className="notice notice-amber">
              With test keys nobody pays, and what is bought is given all the same. Give it live keys before customers
              come.
            </p>
          )}
          {!provider.hasWebhookSecret && (
            <p className="notice notice-amber">
              No webhook is believed yet. Make an endpoint at Stripe (Developers, Webhooks) that calls the address below
              with the events below, and put its signing secret here.
            </p>
          )}
          <Facts>
            <Fact name="Account">{provider.account ?? <None>not known yet</None>}</Fact>
            <Fact name="Publishable key">
              <Copy text={provider.publishableKey ?? ''} label="publishable key" />
            </Fact>
            <Fact name="Webhook address">
              <Copy text={provider.webhookUrl} label="webhook address" />
            </Fact>
            <Fact name="Its events">
              <Copy text={provider.webhookEvents.join('\n')} label="events">
                {provider.webhookEvents.length} events
              </Copy>
            </Fact>
            <Fact name="Checked">{provider.checkedAt ? <Time at={provider.checkedAt} /> : <None>under way</None>}</Fact>
          </Facts>
          <p className="dim">
            A check proves that the secret key works. Only a payment at Stripe proves the rest: that Stripe’s fields
            load on our page, that your account may take iDEAL and wallets, that its webhooks arrive, and that a bank’s
            3-D Secure comes back. Pay once with a test card before you rely on it.
          </p>
        </>
      ) : (
        <p className="ink2">
          Pages without a field to type in: a button for each thing that a card may do. No money comes by it.
        </p>
      )}
      {edits && (
        <Group gap="xs">
          {stripe && (
            <Button size="xs" variant="default" loading={check.isPending} onClick={() => check.mutate(undefined)}>
              Check connection
            </Button>
          )}
          {stripe && (
            <Button size="xs" variant="default" onClick={() => onDialog({ kind: 'stripe', provider })}>
              Change keys
            </Button>
          )}
          {!provider.preferred && (
            <Button size="xs" variant="default" loading={prefer.isPending} onClick={() => prefer.mutate(undefined)}>
              Prefer it
            </Button>
          )}
          <Button size="xs" variant="subtle" color="red.8" onClick={() => onDialog({ kind: 'disconnect', provider })}>
            Disconnect
          </Button>
        </Group>
      )}
    </section>
  );
}

function Disputes() {
  const edits = useMay()('payments.provider.edit');
  const query = useQuery({ queryKey: ['payment-settings'], queryFn: getPaymentSettings });
  const save = useAction((onDispute: OnDispute) => setPaymentSettings(onDispute), {
    changes: ['payment-settings'],
    done: 'From the next dispute on.',
  });
  if (!query.data) return null;
  return (
    <Panel title="Disputes" aside="When a payer takes money back by their bank">
      <Radio.Group
        aria-label="When a payment is disputed"
        value={query.data.onDispute}
        onChange={(value) => save.mutate(value as OnDispute)}
      >
        <Stack gap="xs">
          <Radio value="tell" label="Tell us, and change nothing" disabled={!edits} />
          <Radio
            value="block"
            label="Block what was paid for: the SIM that was refilled, or the SIMs of whose wallet it was. Staff lift that."
            disabled={!edits}
          />
        </Stack>
      </Radio.Group>
    </Panel>
  );
}
