import { MultiSelect, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  archiveZone,
  createZone,
  listCountries,
  listNetworks,
  type Network,
  updateZone,
  type Zone,
} from '../api/zones.ts';
import { useMay, useMe } from '../app/session.ts';
import { count } from '../format/words.ts';
import { useAction, useForm } from '../ui/actions.ts';
import { Dialog, SideForm } from '../ui/form.tsx';
import './plan.css';
import { countryName, networkInWords } from './countries.ts';

/** A zone's name, its countries and its networks. */
export function ZoneForm({ zone, onClose }: { zone: Zone | null; onClose: () => void }) {
  const may = useMay();
  const own = useMe().actor.companyId !== null;
  const [archiving, setArchiving] = useState(false);
  const save = useAction(
    (input: { name: string; countries: string[]; networks: Network[] }) => {
      const sent = { ...input, name: input.name.trim(), networks: input.networks.map(({ plmn }) => plmn) };
      return zone ? updateZone(zone.id, sent) : createZone(sent);
    },
    {
      changes: ['zones', 'options', 'plans'],
      done: (saved) => `${saved.name} is saved.`,
      onDone: onClose,
      quiet: true,
    },
  );
  const { values, text, set, errors } = useForm(
    { name: zone?.name ?? '', countries: zone?.countries ?? [], networks: zone?.networks ?? ([] as Network[]) },
    save.error,
  );
  const readOnly = own || !may('catalog.zone.edit') || zone?.archivedAt != null;
  const empty = values.countries.length + values.networks.length === 0;
  if (archiving && zone) return <Archive zone={zone} onBack={() => setArchiving(false)} onClose={onClose} />;
  return (
    <SideForm
      title={zone?.name ?? 'New zone'}
      submit={zone ? 'Save' : 'Create zone'}
      busy={save.isPending}
      error={save.error}
      onSubmit={() => save.mutate(values)}
      onClose={onClose}
      disabled={readOnly || empty || values.name.trim() === ''}
    >
      {zone && zone.plans > 0 && (
        <p className="notice notice-blue">
          {zone.plans === 1 ? 'One plan charges' : `${zone.plans} plans charge`} by this zone. Versions that are saved
          keep it as it was; the next ones take your change over.
        </p>
      )}
      <TextInput label="Name" {...text('name')} maxLength={100} disabled={readOnly} data-autofocus />
      <Countries
        value={values.countries}
        onChange={(countries) => set('countries', countries)}
        error={errors.countries}
        disabled={readOnly}
      />
      <Networks
        value={values.networks}
        onChange={(networks) => set('networks', networks)}
        error={errors.networks}
        disabled={readOnly}
      />
      {zone && !readOnly && (
        <div>
          <button type="button" className="as-link zone-archive" onClick={() => setArchiving(true)}>
            Archive this zone
          </button>
        </div>
      )}
    </SideForm>
  );
}

type PickerProps<T> = { value: T[]; onChange: (value: T[]) => void; error: string | undefined; disabled: boolean };

function Countries({ value, onChange, error, disabled }: PickerProps<string>) {
  const { data } = useQuery({ queryKey: ['countries'], queryFn: listCountries, staleTime: Number.POSITIVE_INFINITY });
  const known = data?.items ?? value.map((code) => ({ code, mccs: [] as string[] }));
  const options = known
    .map(({ code, mccs }) => ({
      value: code,
      label: countryName(code),
      found: `${countryName(code)} ${code} ${mccs.join(' ')}`,
    }))
    .sort((a, b) => a.label.localeCompare(b.label));
  return (
    <MultiSelect
      label="Countries"
      description={
        value.length > 0
          ? `${count(value.length, 'country', 'countries')}, with all their networks.`
          : 'With all their networks.'
      }
      data={options}
      filter={({ options: all, search }) => {
        const wanted = search.trim().toLowerCase();
        return all.filter((option) => 'found' in option && String(option.found).toLowerCase().includes(wanted));
      }}
      value={value}
      onChange={onChange}
      error={error}
      disabled={disabled}
      placeholder={value.length === 0 ? 'Name, code or mobile country code' : ''}
      nothingFoundMessage="No country of that name"
      searchable
      clearable
      hidePickedOptions
      limit={260}
    />
  );
}

/** Networks are found by the server: there are thousands. One that its list does not know can be added by its digits. */
function Networks({ value, onChange, error, disabled }: PickerProps<Network>) {
  const [search, setSearch] = useState('');
  const [asked] = useDebouncedValue(search.trim(), 200);
  const query = useQuery({
    queryKey: ['networks', asked],
    queryFn: ({ signal }) => listNetworks({ search: asked.replaceAll(' ', ''), limit: 50 }, signal),
    enabled: asked.length > 1,
    placeholderData: keepPreviousData,
  });
  const found = asked.length > 1 ? (query.data?.items ?? []) : [];
  const typed = /^\d{5,6}$/.test(asked) && !found.some(({ plmn }) => plmn === asked);
  const unlisted: Network[] = typed ? [{ plmn: asked, name: asked, country: null }] : [];
  const known = new Map([...value, ...found, ...unlisted].map((network) => [network.plmn, network]));
  return (
    <MultiSelect
      label="Networks"
      description="Single ones beside the countries. A network goes before its country, whichever zone has that."
      data={[...known.values()].map((network) => ({ value: network.plmn, label: networkInWords(network) }))}
      filter={({ options }) => options}
      value={value.map(({ plmn }) => plmn)}
      onChange={(plmns) => onChange(plmns.flatMap((plmn) => known.get(plmn) ?? []))}
      searchValue={search}
      onSearchChange={setSearch}
      error={error}
      disabled={disabled}
      placeholder={value.length === 0 ? 'Name or PLMN, like 26202' : ''}
      // Without a message the list is not there: nothing has been asked yet.
      nothingFoundMessage={
        search.trim().length < 2
          ? undefined
          : search.trim() !== asked || query.isFetching
            ? 'Looking …'
            : 'No such network'
      }
      searchable
      hidePickedOptions
    />
  );
}

function Archive({ zone, onBack, onClose }: { zone: Zone; onBack: () => void; onClose: () => void }) {
  const archive = useAction(() => archiveZone(zone.id), {
    changes: ['zones', 'options', 'plans'],
    done: `${zone.name} is archived.`,
    onDone: onClose,
    quiet: true,
  });
  return (
    <Dialog
      title={`Archive ${zone.name}`}
      submit="Archive"
      danger
      busy={archive.isPending}
      error={archive.error}
      onSubmit={() => archive.mutate()}
      onClose={onBack}
    >
      <p>
        No new version of a plan can name it.{' '}
        {zone.plans > 0
          ? `The ${count(zone.plans, 'plan')} that charge by it go on as they are.`
          : 'No plan on sale charges by it.'}
      </p>
    </Dialog>
  );
}
