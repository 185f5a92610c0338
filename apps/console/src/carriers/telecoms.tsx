import { Button, NumberInput, Radio, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { createTelecom, listTelecoms, type Telecom, type TelecomInput, updateTelecom } from '../api/carriers.ts';
import { useMay } from '../app/session.ts';
import { connectorWords } from '../format/words.ts';
import { useAction, useForm } from '../ui/actions.ts';
import { SideForm } from '../ui/form.tsx';
import { List } from '../ui/list/list.tsx';
import { timeColumn } from '../ui/list/parts.tsx';
import { useAddress } from '../ui/list/state.ts';
import type { Column } from '../ui/list/types.ts';
import { None } from '../ui/page.tsx';
import { Empty } from '../ui/state.tsx';
import { Badge } from '../ui/status.tsx';

export function TelecomState({ telecom }: { telecom: Telecom }) {
  if (telecom.archivedAt) return <Badge tone="grey">Archived</Badge>;
  if (telecom.connector === 'none') return <Badge tone="grey">No integration</Badge>;
  return telecom.state === 'ok' ? (
    <Badge tone="green">Working</Badge>
  ) : (
    <Badge tone="red" title={telecom.stateReason ?? undefined}>
      Failing
    </Badge>
  );
}

export const limitModeWords = {
  reject: 'Refuse: the session is ended and the next attempt is refused',
  walled: 'Walled: sessions start and carry nothing',
} as const;

export const messagesWords = {
  none: 'None: a text fails at once, and says so',
  loopback: 'Only counted: a text counts as sent, and no device gets it',
} as const;

/** What becomes of text to SIMs of a telecom. */
export function textWords({ carriesText, messages }: Telecom): string {
  return carriesText ? 'Carried by its message centre' : messagesWords[messages];
}

const columns: readonly Column<Telecom>[] = [
  {
    id: 'name',
    label: 'Telecom',
    width: 240,
    priority: 0,
    phone: 'title',
    cell: (telecom) => <span className="strong">{telecom.name}</span>,
    csv: (telecom) => telecom.name,
  },
  {
    id: 'state',
    label: 'State',
    width: 140,
    priority: 0,
    phone: 'side',
    cell: (telecom) => <TelecomState telecom={telecom} />,
    csv: (telecom) => telecom.state,
  },
  {
    id: 'connector',
    label: 'Connector',
    width: 130,
    priority: 1,
    cell: (telecom) => connectorWords[telecom.connector],
    csv: (telecom) => telecom.connector,
  },
  {
    id: 'limit',
    label: 'At the limit',
    width: 110,
    priority: 3,
    cell: (telecom) =>
      telecom.connector === 'none' ? <None>not supported</None> : telecom.limitMode === 'reject' ? 'Refuses' : 'Walled',
    csv: (telecom) => telecom.limitMode,
  },
  {
    id: 'text',
    label: 'Text',
    width: 110,
    priority: 4,
    phone: 'none',
    cell: (telecom) =>
      telecom.carriesText ? 'Carried' : telecom.messages === 'loopback' ? 'Only counted' : <None>not supported</None>,
    csv: (telecom) => (telecom.carriesText ? 'carried' : telecom.messages),
  },
  {
    id: 'reason',
    label: 'Last problem',
    width: 240,
    priority: 4,
    phone: 'none',
    cell: (telecom) => telecom.stateReason ?? <None />,
    csv: (telecom) => telecom.stateReason ?? '',
  },
  timeColumn('created', 'Connected', (telecom) => telecom.createdAt, { align: 'right', priority: 5, phone: 'none' }),
];

const telecomId = (telecom: Telecom) => telecom.id;
const telecomName = (telecom: Telecom) => telecom.name;
const telecomHref = (telecom: Telecom) => `/telecoms/${telecom.id}`;

export function TelecomsPage() {
  const may = useMay();
  const [{ add }, change] = useAddress();
  const button = may('carriers.telecom.add') && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => change({ add: 'telecom' })}>
      Connect a telecom
    </Button>
  );
  return (
    <>
      <List
        noun="telecoms"
        title="Telecoms"
        columns={columns}
        list={listTelecoms}
        id={telecomId}
        name={telecomName}
        href={telecomHref}
        empty={
          <Empty title="No telecoms yet" action={button}>
            A telecom is a network that carries your SIMs’ data: your own core over RADIUS, a simulated one to try
            things out, or one without integration, for the record only.
          </Empty>
        }
      >
        {button}
      </List>
      {add === 'telecom' && may('carriers.telecom.add') && (
        <TelecomForm telecom={null} onClose={() => change({ add: null })} />
      )}
    </>
  );
}

export function TelecomForm({ telecom, onClose }: { telecom: Telecom | null; onClose: () => void }) {
  const navigate = useNavigate();
  const save = useAction((input: TelecomInput) => (telecom ? updateTelecom(telecom.id, input) : createTelecom(input)), {
    changes: ['telecoms', 'options'],
    done: (saved) => `${saved.name} is saved.`,
    onDone: (saved) => {
      onClose();
      if (!telecom) void navigate({ to: '/telecoms/$id', params: { id: saved.id } });
    },
    quiet: true,
  });
  const { values, text, set } = useForm(
    {
      name: telecom?.name ?? '',
      connector: telecom?.connector ?? ('radius' as Telecom['connector']),
      messages: telecom?.messages ?? ('none' as Telecom['messages']),
      deviceRanges: telecom?.deviceRanges.join(', ') ?? '',
      limitMode: telecom?.limitMode ?? ('reject' as Telecom['limitMode']),
      operationsPerSecond: telecom?.operationsPerSecond ?? 10,
    },
    save.error,
  );
  const { connector } = values;
  const integrated = connector !== 'none';
  const carriesText = connector === 'simulated';
  return (
    <SideForm
      title={telecom ? telecom.name : 'Connect a telecom'}
      submit={telecom ? 'Save' : 'Connect'}
      busy={save.isPending}
      error={save.error}
      onSubmit={() =>
        save.mutate({
          name: values.name.trim(),
          ...(!telecom && { connector: values.connector }),
          ...(!carriesText && { messages: values.messages }),
          ...(integrated && {
            limitMode: values.limitMode,
            operationsPerSecond: values.operationsPerSecond,
            deviceRanges: values.deviceRanges.split(/[\s,]+/).filter(Boolean),
          }),
        })
      }
      onClose={onClose}
      disabled={values.name.trim() === ''}
    >
      <TextInput label="Name" {...text('name')} maxLength={100} data-autofocus />
      {!telecom && (
        <Radio.Group
          label="Connector"
          description="How we talk to it. It cannot be changed later."
          value={values.connector}
          onChange={(value) => {
            set('connector', value as Telecom['connector']);
            if (value !== 'radius') set('limitMode', 'reject');
          }}
        >
          <div className="choices">
            <Radio
              value="radius"
              label="RADIUS"
              description="A core network (PGW, GGSN) sends accounting to us and asks us at every attach."
            />
            <Radio
              value="simulated"
              label="Simulated"
              description="Devices that are not there, speaking real RADIUS. For trying things out."
            />
            <Radio
              value="none"
              label="Records only"
              description="No integration: SIMs are kept and shown as Not Available."
            />
          </div>
        </Radio.Group>
      )}
      {!carriesText && (
        <Radio.Group
          label="Text to SIMs"
          description="This connector has no message centre. Texts from devices can be handed in over the API all the same."
          value={values.messages}
          onChange={(value) => set('messages', value as Telecom['messages'])}
        >
          <div className="choices">
            <Radio value="none" label={messagesWords.none} />
            <Radio value="loopback" label={messagesWords.loopback} description="For a lab." />
          </div>
        </Radio.Group>
      )}
      {integrated && (
        <>
          <TextInput
            label="Addresses of its devices"
            description="Ranges like 100.64.0.0/16 that this server reaches: IP commands go there. None: it carries no data to devices."
            {...text('deviceRanges')}
            maxLength={1000}
          />
          <Radio.Group
            label="When a SIM reaches its limit"
            value={values.limitMode}
            onChange={(value) => set('limitMode', value as Telecom['limitMode'])}
          >
            <div className="choices">
              <Radio value="reject" label={limitModeWords.reject} />
              <Radio
                value="walled"
                label={limitModeWords.walled}
                description={
                  connector === 'radius'
                    ? 'The gateway has a filter named simwright-walled that lets nothing through.'
                    : 'Only with RADIUS: this one’s carrier suspends its SIMs.'
                }
                disabled={connector !== 'radius'}
              />
            </div>
          </Radio.Group>
          <NumberInput
            label="Requests a second"
            description="How many changes of SIMs we ask of it at most."
            value={values.operationsPerSecond}
            onChange={(value) => set('operationsPerSecond', Number(value) || 1)}
            min={1}
            max={1000}
            allowDecimal={false}
            w={160}
          />
        </>
      )}
    </SideForm>
  );
}
