import type { ProviderDoor, ProviderKind } from './providers.ts';
import { sandboxDoor } from './sandbox/provider.ts';
import { stripeDoor } from './stripe/provider.ts';

export type Doors = Record<ProviderKind, ProviderDoor>;

/**
 * The door of each kind of provider.
 *
 * @param publicUrl where payers reach us, without a slash at its end
 * @param stripeApi another server that speaks Stripe's language; Stripe itself unless given
 */
export function openDoors(publicUrl: string, stripeApi: URL | null = null): Doors {
  return { sandbox: sandboxDoor(publicUrl), stripe: stripeDoor(publicUrl, stripeApi) };
}
