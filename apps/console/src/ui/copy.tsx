import { Tooltip, UnstyledButton } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import type { ReactNode } from 'react';

/** An identifier; a click copies it. */
export function Copy({ text, label, children }: { text: string; label: string; children?: ReactNode }) {
  const clipboard = useClipboard({ timeout: 1500 });
  return (
    <Tooltip label={clipboard.copied ? 'Copied' : `Copy ${label}`} closeDelay={200}>
      <UnstyledButton
        className="copy mono"
        onClick={() => clipboard.copy(text)}
        aria-label={`Copy ${label} ${text}`}
        data-copied={clipboard.copied || undefined}
      >
        <span className="break">{children ?? text}</span>
        {clipboard.copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
      </UnstyledButton>
    </Tooltip>
  );
}

/** A secret that is shown this once, with the only chance to keep it. */
export function ShownOnce({ label, text }: { label: string; text: string }) {
  return (
    <div className="once">
      <div className="dim">{label}</div>
      <Copy text={text} label={label} />
    </div>
  );
}
