import { ActionIcon, Button, Checkbox, Menu, Modal, Popover, Progress, SegmentedControl, Tooltip } from '@mantine/core';
import { IconColumns3, IconDownload, IconSortAscending, IconSortDescending } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import type { Query } from '../../api/http.ts';
import { count } from '../../format/words.ts';
import { tellProblem } from '../actions.ts';
import { maxExportRows, readAll, saveText, toCsv } from '../csv.ts';
import { useAddress } from './state.ts';
import type { Column, ListQuery } from './types.ts';

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

/** Saves a short list as a file: these columns, this search, these filters. */
export function Export<T>({
  name,
  columns,
  all,
  list,
  query,
}: {
  name: string;
  columns: readonly Column<T>[];
  all: readonly Column<T>[];
  list: ListQuery<T>;
  query: Query;
}) {
  const [rows, setRows] = useState<number | null>(null);
  const stop = useRef<AbortController>(null);

  async function run(chosen: readonly Column<T>[]): Promise<void> {
    const own = new AbortController();
    stop.current = own;
    setRows(0);
    try {
      const found = await readAll(
        (cursor, limit) => list({ ...query, cursor, limit }, own.signal),
        setRows,
        own.signal,
      );
      const table = found.rows.map((row) => chosen.map((column) => column.csv(row)));
      const date = new Date().toISOString().slice(0, 10);
      saveText(
        `${name}-${date}.csv`,
        toCsv(
          chosen.map(({ label }) => label),
          table,
        ),
      );
      if (!found.complete) tellProblem(new Error(`Only the first ${maxExportRows} rows were exported.`));
    } catch (error) {
      if (!own.signal.aborted) tellProblem(error);
    } finally {
      setRows(null);
    }
  }

  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Tooltip label="Export as CSV">
            <ActionIcon aria-label="Export as CSV" variant="default">
              <IconDownload size={18} stroke={1.6} />
            </ActionIcon>
          </Tooltip>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => void run(columns)}>These columns as CSV</Menu.Item>
          <Menu.Item onClick={() => void run(all)}>All columns as CSV</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {rows !== null && (
        <Modal opened onClose={() => stop.current?.abort()} title="Exporting" withCloseButton={false} size="sm">
          <Progress value={100} animated aria-label="Exporting" />
          <div className="export-foot">
            <span role="status">{count(rows, 'row')} read</span>
            <Button variant="default" onClick={() => stop.current?.abort()}>
              Stop
            </Button>
          </div>
        </Modal>
      )}
    </>
  );
}
