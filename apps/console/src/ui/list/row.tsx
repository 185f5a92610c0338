// biome-ignore-all lint/a11y/noRedundantRoles: on a phone rows are laid out as blocks, which takes their implied roles away.
import { memo, type ReactElement } from 'react';
import type { Column } from './types.ts';

type RowProps<T> = {
  row: T;
  id: string;
  name: string;
  index: number;
  columns: readonly Column<T>[];
  href: string | null;
  onOpen: ((row: T) => void) | null;
  selected: boolean | null;
  active: boolean;
  onSelect: (index: number, range: boolean) => void;
  measure: ((element: Element | null) => void) | undefined;
};

function PlainRow<T>({ row, name, index, columns, href, onOpen, selected, active, onSelect, measure }: RowProps<T>) {
  return (
    <tr
      ref={measure}
      role="row"
      className="row"
      data-index={index}
      data-active={active || undefined}
      data-selected={selected || undefined}
      aria-rowindex={index + 2}
      {...(selected !== null && { 'aria-selected': selected })}
    >
      {selected !== null && (
        <td role="cell" className="cell-check">
          <input
            type="checkbox"
            className="check"
            aria-label={`Select ${name}`}
            checked={selected}
            onClick={(event) => onSelect(index, event.shiftKey)}
            onChange={() => {}}
          />
        </td>
      )}
      {columns.map((column, place) => (
        <td
          key={column.id}
          role="cell"
          // Only a phone writes it, and only there: an attribute costs time in every row that comes.
          data-label={column.phone === undefined || column.phone === 'line' ? column.label : undefined}
          className={`cell phone-${column.phone ?? 'line'}${column.align === 'right' ? ' right' : ''}`}
        >
          {place === 0 && (href || onOpen) ? (
            <>
              <Opener row={row} name={name} href={href} onOpen={onOpen} />
              {column.cell(row)}
            </>
          ) : (
            column.cell(row)
          )}
        </td>
      ))}
    </tr>
  );
}

/**
 * Covers the row, so that all of it opens, in a new tab too; what can be clicked in a cell lies above it. The table
 * makes its plain link one of the router (`opening.ts`).
 */
function Opener<T>({ row, name, href, onOpen }: Pick<RowProps<T>, 'row' | 'name' | 'href' | 'onOpen'>) {
  if (href) {
    // biome-ignore lint/a11y/useAnchorContent: its name is its label, as with the button.
    return <a href={href} className="row-open" data-open aria-label={`Open ${name}`} />;
  }
  return (
    <button type="button" className="row-open" data-open aria-label={`Open ${name}`} onClick={() => onOpen?.(row)} />
  );
}

/**
 * A row is drawn again only when it changed: scrolling draws new rows alone. Everything in it is a plain element: a
 * component of the library in each row would take more of a frame than all the rest.
 */
export const Row = memo(PlainRow) as <T>(props: RowProps<T>) => ReactElement;
