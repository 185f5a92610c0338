import { Checkbox, Select, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import {
  type ConnectionType,
  connectionTypes,
  createEventSink,
  type EventSink,
  type EventSinkInput,
  updateEventSink,
} from '../api/connections.ts';
import { useMay, useMe } from '../app/session.ts';
import { useAction, useForm } from '../ui/actions.ts';
import { SideForm } from '../ui/form.tsx';
import { useOptions } from '../ui/options.ts';
import { connectionMeaning, connectionWords } from './words.tsx';
import './connections.css';

/** Updates are many: who wants them asks for them. */
const usual = connectionTypes.filter((type) => type !== 'data-session.updated');

/** Makes a sink, or changes one. */
export function SinkForm({ sink, onClose }: { sink: EventSink | null; onClose: () => void }) {
  const navigate = useNavigate();
  const me = useMe();
  const may = useMay();
  const choosesCompany = !sink && me.actor.companyId === null && may('tenancy.company.view');
  const companies = useOptions('company', choosesCompany);
  const save = useAction((input: EventSinkInput) => (sink ? updateEventSink(sink.id, input) : createEventSink(input)), {
    changes: ['event-sinks', 'event-sink'],
    done: 'The sink is saved.',
    onDone: (saved) => {
      onClose();
      if (!sink) void navigate({ to: '/developers/event-sinks/$id', params: { id: saved.id } });
    },
    quiet: true,
  });
  const { values, text, set } = useForm(
    {
      url: sink?.url ?? '',
      description: sink?.description ?? '',
      types: sink?.types ?? usual,
      company: null as string | null,
    },
    save.error,
  );
  const toggle = (type: ConnectionType, on: boolean) =>
    set(
      'types',
      connectionTypes.filter((one) => (one === type ? on : values.types.includes(one))),
    );
  return (
    <SideForm
      title={sink ? 'Edit event sink' : 'New event sink'}
      submit={sink ? 'Save' : 'Create'}
      busy={save.isPending}
      error={save.error}
      onSubmit={() =>
        save.mutate({
          url: values.url.trim(),
          description: values.description.trim(),
          types: values.types,
          ...(values.company && { company: values.company }),
        })
      }
      onClose={onClose}
      disabled={values.url.trim() === '' || values.types.length === 0}
    >
      <TextInput
        label="URL"
        description="Gets a POST with a JSON array of events, and answers 2xx within five seconds."
        placeholder="https://example.com/sim-events"
        {...text('url')}
        maxLength={2048}
        data-autofocus
      />
      <TextInput
        label="Description"
        description="What it is for, so that others know."
        {...text('description')}
        maxLength={200}
      />
      {choosesCompany && (
        <Select
          label="Hears of"
          data={companies}
          value={values.company}
          onChange={(company) => set('company', company)}
          placeholder={`All SIMs of ${me.organization.name}`}
          clearable
          searchable
        />
      )}
      <fieldset className="form-part sink-types">
        <legend>What happens</legend>
        {connectionTypes.map((type) => (
          <Checkbox
            key={type}
            label={connectionWords[type]}
            description={connectionMeaning[type]}
            checked={values.types.includes(type)}
            onChange={(event) => toggle(type, event.currentTarget.checked)}
          />
        ))}
      </fieldset>
    </SideForm>
  );
}
