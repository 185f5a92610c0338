import { Modal } from '@mantine/core';
import './palette.css';

const mod = /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘' : 'Ctrl';
const keys: [keys: string[], what: string][] = [
  [[mod, 'K'], 'Search any SIM, page or action'],
  [['/'], 'Search in this list'],
  [['j'], 'Next row'],
  [['k'], 'Row before'],
  [['Enter'], 'Open the row'],
  [['x'], 'Select the row'],
  [['Shift', 'x'], 'Select up to this row'],
  [['Esc'], 'Close, or clear the selection'],
  [['?'], 'This list'],
];

export default function Help({ onClose }: { onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title="Keys" size="sm" closeButtonProps={{ 'aria-label': 'Close' }}>
      <dl className="keys">
        {keys.map(([combination, what]) => (
          <div key={what} style={{ display: 'contents' }}>
            <dt>
              {combination.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
