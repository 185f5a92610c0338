import { Drawer } from '@mantine/core';
import type { ReactNode } from 'react';

/** A frame at the side with room for letters. */
export function SideFrame({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
  return (
    <Drawer opened onClose={onClose} title={title} size={560} closeButtonProps={{ 'aria-label': 'Close' }}>
      {children}
    </Drawer>
  );
}
