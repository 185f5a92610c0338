import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getZone, listCountries, listZones, type Zone } from '../api/zones.ts';
import { useMay, useMe } from '../app/session.ts';
import { number } from '../format/words.ts';
import { List } from '../ui/list/list.tsx';
import { timeColumn } from '../ui/list/parts.tsx';
import { useAddress } from '../ui/list/state.ts';
import type { Column, Filter, Option } from '../ui/list/types.ts';
import { None } from '../ui/page.tsx';
import { Empty } from '../ui/state.tsx';
import { Badge } from '../ui/status.tsx';
import { countryName } from './countries.ts';
import { ZoneForm } from './zone-form.tsx';

const namesOf = ({ countries }: Zone) => countries.map(countryName).sort().join(', ');
const networksOf = ({ networks }: Zone) => networks.map(({ name, plmn }) => `${name} ${plmn}`).join(', ');

const columns: readonly Column<Zone>[] = [
  {
    id: 'name',
    label: 'Zone',
    width: 200,
    priority: 0,
    phone: 'title',
    cell: (zone) => (
      <>
        <span className="strong">{zone.name}</span> {zone.archivedAt && <Badge tone="grey">Archived</Badge>}
      </>
    ),
    csv: (zone) => zone.name,
  },
  {
    id: 'countries',
    label: 'Countries',
    width: 320,
    priority: 1,
    phone: 'bare',
    cell: (zone) => (zone.countries.length === 0 ? <None /> : <span title={namesOf(zone)}>{namesOf(zone)}</span>),
    csv: (zone) => zone.countries.join(' '),
  },
  {
    id: 'networks',
    label: 'Networks',
    width: 220,
    priority: 2,
    cell: (zone) => (zone.networks.length === 0 ? <None /> : <span title={networksOf(zone)}>{networksOf(zone)}</span>),
    csv: (zone) => zone.networks.map(({ plmn }) => plmn).join(' '),
  },
  {
    id: 'plans',
    label: 'Plans',
    width: 80,
    align: 'right',
    priority: 1,
    phone: 'side',
    cell: (zone) => number(zone.plans),
    csv: (zone) => String(zone.plans),
  },
  timeColumn('changed', 'Changed', (zone) => zone.updatedAt, { align: 'right', priority: 4, phone: 'none' }),
];

const loadCountries = async (): Promise<Option[]> =>
  (await listCountries()).items.map(({ code, name }) => ({ value: code, label: name }));
const filters: readonly Filter[] = [
  { name: 'country', label: 'With country', kind: 'one', load: loadCountries },
  { name: 'archived', label: 'Archived', kind: 'one', options: [{ value: 'true', label: 'Archived zones' }] },
];

const zoneId = (zone: Zone) => zone.id;
const zoneName = (zone: Zone) => zone.name;

export function ZonesPage() {
  const may = useMay();
  const own = useMe().actor.companyId !== null;
  const [{ add, edit }, change] = useAddress();
  const close = () => change({ add: null, edit: null });
  const canEdit = may('catalog.zone.edit') && !own;
  const button = canEdit && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => change({ add: 'zone' })}>
      New zone
    </Button>
  );
  return (
    <>
      <List
        noun="zones"
        title="Zones"
        columns={columns}
        list={listZones}
        id={zoneId}
        name={zoneName}
        onOpen={(zone) => change({ edit: zone.id })}
        searchHint="Search by name"
        filters={filters}
        empty={
          <Empty title="No zones yet" action={button}>
            A zone is a set of countries and networks that plans price alike, like “Europe” or “Neighbours”. Plans keep
            their zones as they were when the version was saved.
          </Empty>
        }
      >
        {button}
      </List>
      {add === 'zone' && canEdit && <ZoneForm zone={null} onClose={close} />}
      {edit && <EditZone id={edit} onClose={close} />}
    </>
  );
}

function EditZone({ id, onClose }: { id: string; onClose: () => void }) {
  const { data } = useQuery({ queryKey: ['zones', 'one', id], queryFn: () => getZone(id) });
  return data?.id === id ? <ZoneForm zone={data} onClose={onClose} /> : null;
}
