import { ActionIcon, Checkbox, Menu, Popover, SegmentedControl, Tooltip } from '@mantine/core';
import { IconColumns3, IconDownload, IconSortAscending, IconSortDescending } from '@tabler/icons-react';
import type { Query } from '../../api/http.ts';
import { useAddress } from './state.ts';
import type { Column } from './types.ts';

export type Density = 'comfortable' | 'compact';

/** Which columns there are and how tall rows are: kept for this person in this browser. */
export function ColumnPicker<T>({
  columns,
  hidden,
  onHidden,
  density,
  onDensity,
  noRoom,
}: {
  columns: readonly Column<T>[];
  hidden: readonly string[];
  onHidden: (hidden: string[]) => void;
  density: Density;
  onDensity: (density: Density) => void;
  noRoom: readonly string[];
}) {
  return (
    <Popover position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <Tooltip label="Columns and density">
          <ActionIcon aria-label="Columns and density" variant="default">
            <IconColumns3 size={18} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown className="picker">
        <SegmentedControl
          fullWidth
          size="xs"
          aria-label="Density"
          value={density}
          onChange={(value) => onDensity(value as Density)}
          data={[
            { value: 'comfortable', label: 'Comfortable' },
            { value: 'compact', label: 'Compact' },
          ]}
        />
        <fieldset className="picker-columns">
          <legend className="dim">Columns</legend>
          {columns.map(({ id, label, priority }) => (
            <Checkbox
              key={id}
              checked={!hidden.includes(id)}
              disabled={priority === 0}
              onChange={() => onHidden(hidden.includes(id) ? hidden.filter((other) => other !== id) : [...hidden, id])}
              label={
                <>
                  {label}
                  {noRoom.includes(id) && <span className="dim"> (no room at this width)</span>}
                </>
              }
            />
          ))}
        </fieldset>
      </Popover.Dropdown>
    </Popover>
  );
}

/** Whether the newest rows come first, or the oldest. */
export function Order() {
  const [{ order }, change] = useAddress();
  const oldest = order === 'oldest';
  return (
    <Tooltip label={oldest ? 'Oldest first' : 'Newest first'}>
      <ActionIcon
        aria-label={oldest ? 'Oldest first; show the newest first' : 'Newest first; show the oldest first'}
        variant="default"
        onClick={() => change({ order: oldest ? null : 'oldest' })}
      >
        {oldest ? <IconSortAscending size={18} stroke={1.6} /> : <IconSortDescending size={18} stroke={1.6} />}
      </ActionIcon>
    </Tooltip>
  );
}

/** The server's own file of a list: all that match, whatever is loaded here. */
export function ServerExport<T>({
  file,
  columns,
  query,
}: {
  file: string;
  columns: readonly Column<T>[];
  query: Query;
}) {
  const address = (form: 'csv' | 'xlsx', chosen?: readonly Column<T>[]) => {
    const asked = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) if (value) asked.set(name, String(value));
    if (chosen) asked.set('columns', chosen.map(({ id }) => id).join());
    return `${file}.${form}?${asked}`;
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Tooltip label="Export all that match">
          <ActionIcon aria-label="Export all that match" variant="default">
            <IconDownload size={18} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>All that match</Menu.Label>
        <Menu.Item component="a" href={address('csv', columns)} download>
          These columns as CSV
        </Menu.Item>
        <Menu.Item component="a" href={address('xlsx', columns)} download>
          These columns as XLSX
        </Menu.Item>
        <Menu.Item component="a" href={address('csv')} download>
          All columns as CSV
        </Menu.Item>
        <Menu.Item component="a" href={address('xlsx')} download>
          All columns as XLSX
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
