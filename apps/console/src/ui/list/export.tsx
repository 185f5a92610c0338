import { ActionIcon, Button, Menu, Modal, Progress, Tooltip } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import type { Query } from '../../api/http.ts';
import { count } from '../../format/words.ts';
import { tellProblem } from '../actions.ts';
import { maxExportRows, readAll, saveText, toCsv } from '../csv.ts';
import type { Column, ListQuery } from './types.ts';

/** Saves a short list as a file: these columns, this search, these filters. */
export default function Export<T>({
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
