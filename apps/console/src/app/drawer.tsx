import { Drawer } from '@mantine/core';
import type { ReactNode } from 'react';
import { Mark } from './mark.tsx';

/** The menu where there is no room for it beside the page. */
export default function MenuDrawer(props: { opened: boolean; onClose: () => void; children: ReactNode }) {
  return (
    <Drawer {...props} position="left" size={280} title={<Mark size={24} />} padding="sm">
      <div className="side-drawer">{props.children}</div>
    </Drawer>
  );
}
