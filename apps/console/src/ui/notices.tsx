import type { NotificationData } from '@mantine/notifications';
import { lazy, Suspense, useSyncExternalStore } from 'react';

const load = () => import('@mantine/notifications');
const Notifications = lazy(async () => ({ default: (await load()).Notifications }));

/** The corner of the page that speaks is loaded with the first thing it has to say. */
let wanted = false;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export async function notice(what: NotificationData): Promise<void> {
  const { notifications } = await load();
  wanted = true;
  for (const listener of listeners) listener();
  notifications.show(what);
}

export function Notices() {
  if (!useSyncExternalStore(subscribe, () => wanted)) return null;
  return (
    <Suspense>
      <Notifications position="bottom-right" limit={3} />
    </Suspense>
  );
}
