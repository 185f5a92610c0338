import { afterAll, beforeAll, expect, it } from 'vitest';
import { tenancyWorld } from '../tenancy/testing.ts';
import { connectProvider, listProviders } from './providers-service.ts';

let world: Awaited<ReturnType<typeof tenancyWorld>>;
beforeAll(async () => {
  world = await tenancyWorld();
});
afterAll(() => world.close());

it('sandbox payments are connected to a sandbox organization, once, and to no other', async () => {
  const { organization } = await world.organization('Ours');
  const live = world.as({ ...organization, sandbox: false });
  await expect(connectProvider(live, 'sandbox', 'Sandbox')).rejects.toMatchObject({
    code: 'payment_provider.sandbox_only',
  });
  const ctx = world.as({ ...organization, sandbox: true });
  const made = await connectProvider(ctx, 'sandbox', 'Sandbox');
  expect(made.secrets.signing).toMatch(/^[0-9a-f]{64}$/);
  expect(await listProviders(ctx)).toEqual([made]);
  await expect(connectProvider(ctx, 'sandbox', 'Another')).rejects.toMatchObject({
    code: 'payment_provider.connected_already',
  });
});
