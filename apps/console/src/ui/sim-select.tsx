import { Select, type SelectProps } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Query } from '../api/http.ts';
import { listSims } from '../api/sims.ts';

/**
 * A SIM by a part of its ICCID, or of any other name it has.
 *
 * @param among which SIMs can be chosen, as the list of SIMs is filtered
 */
export function SimSelect({
  value,
  onChange,
  among,
  ...props
}: {
  value: string | null;
  onChange: (id: string | null) => void;
  among: Query;
} & Pick<SelectProps, 'description' | 'error'> & { 'data-autofocus'?: boolean }) {
  const [search, setSearch] = useState('');
  const query = useQuery({
    queryKey: ['options', 'sim', among, search],
    queryFn: ({ signal }) => listSims({ ...among, limit: 20, ...(search && { search }) }, signal),
    placeholderData: (before) => before,
  });
  const chosen = useQuery({
    queryKey: ['options', 'sim', 'chosen', value],
    queryFn: () => listSims({ ids: value!, limit: 1 }),
    enabled: value !== null,
  });
  const found = [...(query.data?.items ?? []), ...(chosen.data?.items ?? [])];
  const data = [
    ...new Map(found.map((sim) => [sim.id, { value: sim.id, label: sim.uniqueName ?? sim.iccid }])).values(),
  ];
  return (
    <Select
      label="SIM"
      data={data}
      value={value}
      onChange={onChange}
      searchable
      onSearchChange={(text) => setSearch(data.some(({ label }) => label === text) ? '' : text.trim())}
      filter={({ options }) => options}
      nothingFoundMessage={query.isFetching ? 'Searching' : 'No such SIM'}
      placeholder="ICCID or name"
      {...props}
    />
  );
}
