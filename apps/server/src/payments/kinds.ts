import type { ProviderDoor, ProviderKind } from './providers.ts';
import { sandboxDoor } from './sandbox/provider.ts';

export type Doors = Record<ProviderKind, ProviderDoor>;

/** The door of each kind of provider. @param publicUrl where payers reach us, without a slash at its end */
export function openDoors(publicUrl: string): Doors {
  return { sandbox: sandboxDoor(publicUrl) };
}
