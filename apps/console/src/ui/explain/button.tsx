import { ActionIcon } from '@mantine/core';
import { IconListTree } from '@tabler/icons-react';
import { useMay } from '../../app/session.ts';
import { useAddress } from '../list/state.ts';
import './explain.css';

/**
 * Opens the explanation of an amount, a block or a refusal. It stands in the address, so it can be sent to a colleague and
 * the browser's back closes it.
 *
 * @param id of the usage record, fee, period, pool's month, adjustment, refill, due fee, block or unrated row; a SIM's: its last refusal
 * @param what names it for a screen reader: "the monthly fee"
 */
export function ExplainButton({ id, what }: { id: string; what: string }) {
  const may = useMay();
  const [, change] = useAddress();
  if (!may('charging.charge.view')) return null;
  return (
    <ActionIcon
      size={24}
      className="explain-button"
      aria-label={`Explain ${what}`}
      title="Explain"
      onClick={(event) => {
        event.stopPropagation();
        change({ explain: id }, true);
      }}
    >
      <IconListTree size={15} stroke={1.6} />
    </ActionIcon>
  );
}
