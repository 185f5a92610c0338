import { ActionIcon, Button, Menu, NumberInput, PasswordInput, Switch, TextInput } from '@mantine/core';
import { IconDots, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import {
  archiveTelecom,
  createNas,
  getTelecom,
  listNases,
  type Nas,
  type NasInput,
  removeNas,
  type Telecom,
  updateNas,
} from '../api/carriers.ts';
import { countSims } from '../api/sims.ts';
import { useMay } from '../app/session.ts';
import { connectorWords, count } from '../format/words.ts';
import { useAction, useForm } from '../ui/actions.ts';
import { Copy } from '../ui/copy.tsx';
import { Dialog, SideForm } from '../ui/form.tsx';
import { Body, Fact, Facts, PageHead, Panel } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';
import { Time } from '../ui/time.tsx';
import { TelecomCosts } from './costs.tsx';
import { limitModeWords, TelecomForm, TelecomState, textWords } from './telecoms.tsx';

type Open = { kind: 'edit' } | { kind: 'archive' } | { kind: 'nas'; nas: Nas | null } | { kind: 'remove'; nas: Nas };

export function TelecomPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const may = useMay();
  const query = useQuery({ queryKey: ['telecoms', 'one', id], queryFn: () => getTelecom(id) });
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  const telecom = query.data;
  if (!telecom) {
    return (
      <>
        <PageHead title="Telecom" />
        <Body narrow>
          <Pending query={query} />
        </Body>
      </>
    );
  }
  const canEdit = may('carriers.telecom.edit') && !telecom.archivedAt;
  return (
    <>
      <nav className="crumbs" aria-label="Where this is">
        <Link to="/telecoms" className="plain">
          Telecoms
        </Link>
      </nav>
      <PageHead title={telecom.name} note={<TelecomState telecom={telecom} />}>
        {canEdit && (
          <Button variant="default" onClick={() => setOpen({ kind: 'edit' })}>
            Edit
          </Button>
        )}
        {may('carriers.telecom.delete') && !telecom.archivedAt && (
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon variant="default" size={36} aria-label="More actions">
                <IconDots size={18} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item color="var(--red)" onClick={() => setOpen({ kind: 'archive' })}>
                Archive
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )}
      </PageHead>
      <Body>
        {telecom.state === 'error' && telecom.stateReason && <p className="notice notice-red">{telecom.stateReason}</p>}
        <Panel title="Details">
          <Details telecom={telecom} />
        </Panel>
        <TelecomCosts telecom={telecom.id} />
        {telecom.connector !== 'none' && <Nases telecom={telecom} canEdit={canEdit} onOpen={setOpen} />}
      </Body>
      {open?.kind === 'edit' && <TelecomForm telecom={telecom} onClose={close} />}
      {open?.kind === 'archive' && <Archive telecom={telecom} onClose={close} />}
      {open?.kind === 'nas' && <NasForm telecom={telecom} nas={open.nas} onClose={close} />}
      {open?.kind === 'remove' && <Remove nas={open.nas} onClose={close} />}
    </>
  );
}

function Details({ telecom }: { telecom: Telecom }) {
  const may = useMay();
  const sims = useQuery({
    queryKey: ['sims', 'counts', { telecom: telecom.id }],
    queryFn: () => countSims({ telecom: telecom.id }),
    enabled: may('inventory.sim.view'),
  });
  return (
    <Facts>
      <Fact name="Connector">{connectorWords[telecom.connector]}</Fact>
      <Fact name="SIMs">
        {sims.data && (
          <Link to="/sims" search={{ telecom: telecom.id }} className="link">
            {count(sims.data.total, 'SIM')}
          </Link>
        )}
      </Fact>
      <Fact name="Text to SIMs">{textWords(telecom)}</Fact>
      {telecom.connector !== 'none' && (
        <>
          <Fact name="At the limit">{limitModeWords[telecom.limitMode]}</Fact>
          <Fact name="Data to devices">{telecom.deviceRanges.join(', ') || 'Carries none'}</Fact>
          <Fact name="Requests a second">{telecom.operationsPerSecond}</Fact>
        </>
      )}
      <Fact name="Connected">
        <Time at={telecom.createdAt} />
      </Fact>
    </Facts>
  );
}

function Nases({ telecom, canEdit, onOpen }: { telecom: Telecom; canEdit: boolean; onOpen: (open: Open) => void }) {
  const query = useQuery({ queryKey: ['telecoms', 'nases', telecom.id], queryFn: () => listNases(telecom.id) });
  const nases = query.data?.items ?? [];
  return (
    <Panel
      title="Network access servers"
      aside={
        canEdit && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlus size={14} />}
            onClick={() => onOpen({ kind: 'nas', nas: null })}
          >
            Add a NAS
          </Button>
        )
      }
    >
      {!query.data ? (
        <Pending query={query} />
      ) : nases.length === 0 ? (
        <p className="ink2">
          None yet. Add the address that the network’s packets come from and the shared secret: only then are its RADIUS
          packets answered. All others are ignored in silence and counted.
        </p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1).
        <div className="table-wrap" tabIndex={0}>
          <table className="plain-table stacked" aria-label="Network access servers">
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Packets from</th>
                <th scope="col">Disconnect-Requests to</th>
                <th scope="col">Message-Authenticator</th>
                <th scope="col">Counters</th>
                <th scope="col" className="right">
                  <span className="visually-hidden">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {nases.map((nas) => (
                <tr key={nas.id}>
                  <td data-label="Name" className="strong">
                    {nas.name}
                  </td>
                  <td data-label="Packets from">
                    <Copy text={nas.sourceRange} label="source range" />
                  </td>
                  <td data-label="Disconnect-Requests to">
                    <span className="mono">
                      {nas.coaHost}:{nas.coaPort}
                    </span>
                  </td>
                  <td data-label="Message-Authenticator">
                    {nas.requireMessageAuthenticator ? 'Required' : 'Not required'}
                  </td>
                  <td data-label="Counters">{nas.noGigawords ? '32 bits, may wrap' : 'Gigawords'}</td>
                  <td className="right nowrap">
                    {canEdit && (
                      <>
                        <button type="button" className="as-link" onClick={() => onOpen({ kind: 'nas', nas })}>
                          Edit
                        </button>{' '}
                        <button type="button" className="as-link" onClick={() => onOpen({ kind: 'remove', nas })}>
                          Remove
                        </button>
                      </>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

function NasForm({ telecom, nas, onClose }: { telecom: Telecom; nas: Nas | null; onClose: () => void }) {
  const save = useAction((input: NasInput) => (nas ? updateNas(nas.id, input) : createNas(telecom.id, input)), {
    changes: ['telecoms'],
    done: (saved) => `${saved.name} is saved.`,
    onDone: onClose,
    quiet: true,
  });
  const { values, text, set } = useForm(
    {
      name: nas?.name ?? '',
      sourceRange: nas?.sourceRange ?? '',
      secret: '',
      coaHost: nas?.coaHost ?? '',
      coaPort: nas?.coaPort ?? 3799,
      requireMessageAuthenticator: nas?.requireMessageAuthenticator ?? true,
      noGigawords: nas?.noGigawords ?? false,
    },
    save.error,
  );
  const { secret, ...rest } = values;
  const complete = values.name && values.sourceRange && values.coaHost && (nas || secret.length >= 8);
  return (
    <SideForm
      title={nas ? nas.name : 'Add a NAS'}
      submit={nas ? 'Save' : 'Add'}
      busy={save.isPending}
      error={save.error}
      onSubmit={() => save.mutate({ ...rest, ...(secret && { secret }) })}
      onClose={onClose}
      disabled={!complete}
    >
      <TextInput label="Name" {...text('name')} maxLength={100} data-autofocus />
      <TextInput
        label="Packets from"
        description="Address or range in CIDR notation. Where ranges overlap, the longest prefix wins."
        placeholder="192.0.2.0/24"
        {...text('sourceRange')}
        classNames={{ input: 'mono' }}
      />
      <PasswordInput
        label="Shared secret"
        description={
          nas
            ? 'It is never shown. Leave it empty to keep it; a new one takes effect at once.'
            : 'At least 8 characters. It is kept encrypted and never shown again.'
        }
        {...text('secret')}
        autoComplete="new-password"
        maxLength={128}
      />
      <div className="form-row">
        <TextInput
          label="Disconnect-Requests to"
          description="IP address of its CoA port."
          placeholder="192.0.2.10"
          {...text('coaHost')}
          classNames={{ input: 'mono' }}
        />
        <NumberInput
          label="Port"
          description="3799 by RFC 5176."
          value={values.coaPort}
          onChange={(value) => set('coaPort', Number(value) || 3799)}
          min={1}
          max={65_535}
          allowDecimal={false}
          hideControls
        />
      </div>
      <Switch
        label="Require Message-Authenticator"
        description="On Access-Requests. Off only for a network that cannot send it: without it requests can be forged."
        checked={values.requireMessageAuthenticator}
        onChange={(event) => set('requireMessageAuthenticator', event.currentTarget.checked)}
      />
      <Switch
        label="Counts in 32 bits only"
        description="It sends no Gigawords, so a smaller total may be a wrap at 4 GB."
        checked={values.noGigawords}
        onChange={(event) => set('noGigawords', event.currentTarget.checked)}
      />
    </SideForm>
  );
}

function Remove({ nas, onClose }: { nas: Nas; onClose: () => void }) {
  const remove = useAction(() => removeNas(nas.id), {
    changes: ['telecoms'],
    done: `${nas.name} is removed.`,
    onDone: onClose,
    quiet: true,
  });
  return (
    <Dialog
      title={`Remove ${nas.name}`}
      submit="Remove"
      danger
      busy={remove.isPending}
      error={remove.error}
      onSubmit={() => remove.mutate()}
      onClose={onClose}
    >
      <p>
        Its packets from <span className="mono">{nas.sourceRange}</span> are ignored from now on: usage behind it is not
        heard of any more. What came so far stays.
      </p>
    </Dialog>
  );
}

function Archive({ telecom, onClose }: { telecom: Telecom; onClose: () => void }) {
  const navigate = useNavigate();
  const archive = useAction(() => archiveTelecom(telecom.id), {
    changes: ['telecoms', 'options'],
    done: `${telecom.name} is archived.`,
    onDone: () => void navigate({ to: '/telecoms' }),
    quiet: true,
  });
  return (
    <Dialog
      title={`Archive ${telecom.name}`}
      submit="Archive"
      danger
      busy={archive.isPending}
      error={archive.error}
      onSubmit={() => archive.mutate()}
      onClose={onClose}
    >
      <p>No SIM can be added to it any more. A telecom with SIMs in service cannot be archived.</p>
    </Dialog>
  );
}
