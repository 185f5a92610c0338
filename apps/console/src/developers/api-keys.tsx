import { Button, Checkbox, Modal, Select, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  type ApiKey,
  createApiKey,
  listApiKeys,
  listPermissions,
  type NewApiKey,
  revokeApiKey,
} from '../api/developers.ts';
import { useMay, useMe } from '../app/session.ts';
import { count, sentence } from '../format/words.ts';
import { useAction } from '../ui/actions.ts';
import { Copy, ShownOnce } from '../ui/copy.tsx';
import { Dialog, SideForm } from '../ui/form.tsx';
import { List } from '../ui/list/list.tsx';
import { timeColumn } from '../ui/list/parts.tsx';
import { useAddress } from '../ui/list/state.ts';
import type { Column, Filter } from '../ui/list/types.ts';
import { useOptions } from '../ui/options.ts';
import { Empty } from '../ui/state.tsx';
import { Badge } from '../ui/status.tsx';
import { Ago } from '../ui/time.tsx';
import './developers.css';

// Without it the list is of the keys in force.
const filters: readonly Filter[] = [
  { name: 'revoked', label: 'Revoked', kind: 'one', options: [{ value: 'true', label: 'Revoked keys' }] },
];

const keyId = (key: ApiKey) => key.id;
const keyName = (key: ApiKey) => key.name;

export function ApiKeysPage() {
  const may = useMay();
  const [{ add }, change] = useAddress();
  const [made, setMade] = useState<NewApiKey | null>(null);
  const [revoked, setRevoked] = useState<ApiKey | null>(null);
  const canRevoke = may('developers.api_key.delete');
  const button = may('developers.api_key.add') && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => change({ add: 'key' })}>
      New API key
    </Button>
  );
  return (
    <>
      <List
        noun="api-keys"
        title="API keys"
        columns={canRevoke ? columnsWith(setRevoked) : columns}
        list={listApiKeys}
        id={keyId}
        name={keyName}
        filters={filters}
        empty={
          <Empty title="No API keys yet" action={button}>
            A key lets a program do what you allow it, over the REST API and the Super SIM API. Its secret is shown
            once.
          </Empty>
        }
      >
        {button}
      </List>
      {add === 'key' && may('developers.api_key.add') && (
        <NewKey
          onMade={(key) => {
            setMade(key);
            change({ add: null });
          }}
          onClose={() => change({ add: null })}
        />
      )}
      {made && <Made made={made} onClose={() => setMade(null)} />}
      {revoked && <Revoke apiKey={revoked} onClose={() => setRevoked(null)} />}
    </>
  );
}

const columns: readonly Column<ApiKey>[] = [
  {
    id: 'name',
    label: 'Name',
    width: 200,
    priority: 0,
    phone: 'title',
    cell: (key) => <span className="strong">{key.name}</span>,
    csv: keyName,
  },
  {
    id: 'state',
    label: 'State',
    width: 104,
    priority: 0,
    phone: 'side',
    cell: (key) => (key.revokedAt ? <Badge tone="grey">Revoked</Badge> : <Badge tone="green">In force</Badge>),
    csv: (key) => (key.revokedAt ? 'revoked' : 'in force'),
  },
  {
    id: 'may',
    label: 'May do',
    width: 160,
    priority: 2,
    cell: (key) => (
      <span title={key.permissions.join('\n')}>
        {key.permissions.includes('*') ? 'Everything' : count(key.permissions.length, 'permission')}
      </span>
    ),
    csv: (key) => key.permissions.join(' '),
  },
  {
    id: 'sid',
    label: 'SID',
    width: 300,
    priority: 4,
    phone: 'none',
    cell: (key) => <Copy text={key.sid} label="SID" />,
    csv: (key) => key.sid,
  },
  {
    id: 'used',
    label: 'Last used',
    width: 104,
    align: 'right',
    priority: 3,
    cell: (key) => <Ago at={key.lastUsedAt} />,
    csv: (key) => key.lastUsedAt ?? '',
  },
  timeColumn('created', 'Created', (key) => key.createdAt, { align: 'right', priority: 5, phone: 'none' }),
];

function columnsWith(revoke: (key: ApiKey) => void): readonly Column<ApiKey>[] {
  return [
    ...columns,
    {
      id: 'revoke',
      label: 'Actions',
      width: 96,
      align: 'right',
      priority: 1,
      cell: (key) =>
        key.revokedAt ? null : (
          <button type="button" className="as-link above" onClick={() => revoke(key)}>
            Revoke
          </button>
        ),
      csv: () => '',
    },
  ];
}

function NewKey({ onMade, onClose }: { onMade: (made: NewApiKey) => void; onClose: () => void }) {
  const me = useMe();
  const may = useMay();
  const companies = useOptions('company', me.actor.companyId === null && may('tenancy.company.view'));
  const all = useQuery({ queryKey: ['permissions'], queryFn: listPermissions, enabled: may('tenancy.role.view') });
  const [name, setName] = useState('');
  const [company, setCompany] = useState<string | null>(null);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const create = useAction(createApiKey, { changes: ['api-keys'], onDone: onMade, quiet: true });
  // Nobody hands out what they may not do themselves.
  const known = all.data?.items ?? me.permissions.map((permission) => ({ name: permission, label: permission }));
  const offered = known.filter((permission) => may(permission.name));
  const groups = Object.groupBy(offered, (permission) => permission.name.split('.')[0] ?? '');

  function set(names: string[], on: boolean): void {
    const next = new Set(chosen);
    for (const one of names) {
      if (on) next.add(one);
      else next.delete(one);
    }
    setChosen(next);
  }
  return (
    <SideForm
      title="New API key"
      submit="Create key"
      busy={create.isPending}
      error={create.error}
      onSubmit={() =>
        create.mutate({ name: name.trim(), permissions: [...chosen], ...(company && { companyId: company }) })
      }
      onClose={onClose}
      disabled={name.trim() === '' || chosen.size === 0}
    >
      <TextInput
        label="Name"
        description="What uses it, so that others know what stops when it is revoked."
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        maxLength={100}
        data-autofocus
      />
      {me.actor.companyId === null && (
        <Select
          label="Sees"
          data={companies}
          value={company}
          onChange={setCompany}
          placeholder={`All of ${me.organization.name}`}
          clearable
          searchable
        />
      )}
      <div className="form-part permissions">
        <h3>What it may do</h3>
        <div className="clock-buttons">
          <Button size="xs" variant="default" onClick={() => setChosen(new Set(offered.map((one) => one.name)))}>
            Everything I may
          </Button>
          <Button
            size="xs"
            variant="default"
            onClick={() => setChosen(new Set(offered.map((one) => one.name).filter((one) => one.endsWith('.view'))))}
          >
            Only look
          </Button>
          <Button size="xs" variant="subtle" color="gray" onClick={() => setChosen(new Set())}>
            Nothing
          </Button>
        </div>
        {Object.entries(groups).map(([group, permissions = []]) => (
          <fieldset key={group}>
            <legend>{sentence(group)}</legend>
            {permissions.map((permission) => (
              <Checkbox
                key={permission.name}
                label={permission.label}
                checked={chosen.has(permission.name)}
                onChange={(event) => set([permission.name], event.currentTarget.checked)}
              />
            ))}
          </fieldset>
        ))}
      </div>
    </SideForm>
  );
}

function Made({ made, onClose }: { made: NewApiKey; onClose: () => void }) {
  const [kept, setKept] = useState(false);
  return (
    <Modal
      opened
      onClose={onClose}
      title={`${made.key.name}: keep these now`}
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      <div className="form">
        <p>They are shown this once. We keep only a hash and cannot show them again.</p>
        <ShownOnce label="Key, for Authorization: Bearer" text={made.apiKey} />
        <ShownOnce label="SID, the user name in the Super SIM API" text={made.key.sid} />
        <ShownOnce label="Secret, its password" text={made.secret} />
        <Checkbox label="I have kept them" checked={kept} onChange={(event) => setKept(event.currentTarget.checked)} />
        <Button onClick={onClose} disabled={!kept}>
          Done
        </Button>
      </div>
    </Modal>
  );
}

function Revoke({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const revoke = useAction(() => revokeApiKey(apiKey.id), {
    changes: ['api-keys'],
    done: `${apiKey.name} is revoked.`,
    onDone: onClose,
    quiet: true,
  });
  return (
    <Dialog
      title={`Revoke ${apiKey.name}`}
      submit="Revoke"
      busy={revoke.isPending}
      error={revoke.error}
      onSubmit={() => revoke.mutate()}
      onClose={onClose}
      danger
    >
      <p>
        Whatever uses it stops within seconds, for good. It was last used <Ago at={apiKey.lastUsedAt} />.
      </p>
    </Dialog>
  );
}
