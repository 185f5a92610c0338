import { Button, Group, Modal } from '@mantine/core';
import type { MembersResult } from '../api/pools.ts';
import { count } from '../format/words.ts';
import { saveText, toCsv } from '../ui/csv.ts';
import { Badge } from '../ui/status.tsx';

/** What came of each SIM, with the reason of those that were refused. */
export function Outcome({
  title,
  results,
  onClose,
}: {
  title: string;
  results: MembersResult['results'];
  onClose: () => void;
}) {
  const refused = results.filter(({ outcome }) => outcome === 'refused');
  const name = ({ iccid, sim }: MembersResult['results'][number]) => iccid ?? sim ?? '';
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': 'Close' }}>
      <div className="form">
        <Group gap="xs" role="status">
          <Badge tone="green">{count(results.length - refused.length, 'SIM')} done</Badge>
          {refused.length > 0 && <Badge tone="red">{count(refused.length, 'SIM')} refused</Badge>}
        </Group>
        {refused.length > 0 && (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1).
          <div className="outcome" tabIndex={0}>
            <table className="plain-table">
              <thead>
                <tr>
                  <th scope="col">SIM</th>
                  <th scope="col">Why not</th>
                </tr>
              </thead>
              <tbody>
                {refused.slice(0, 200).map((result) => (
                  <tr key={name(result)}>
                    <td className="mono">{name(result)}</td>
                    <td>{result.message}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
        <Group justify="flex-end" gap="xs">
          {refused.length > 0 && (
            <Button
              variant="default"
              onClick={() =>
                saveText(
                  'refused.csv',
                  toCsv(
                    ['SIM', 'Why not'],
                    refused.map((result) => [name(result), result.message ?? '']),
                  ),
                )
              }
            >
              Save the refused
            </Button>
          )}
          <Button onClick={onClose}>Close</Button>
        </Group>
      </div>
    </Modal>
  );
}
