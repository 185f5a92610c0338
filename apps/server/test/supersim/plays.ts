import * as inventory from '../../src/inventory/index.ts';
import type { Id } from '../../src/kit/ids.ts';
import { orderUpdates } from '../../src/provisioning/index.ts';
import { networkSid } from '../../src/supersim/networks.ts';
import { sidOf } from '../../src/supersim/sids.ts';
import type { World } from '../world.ts';
import type { Play } from './drive.ts';
import type { SuperSim } from './sdk.ts';

/**
 * What each part of the SDK is driven with, and the things it needs: two of everything that is listed, so that there is
 * a next page.
 *
 * @param cards SIMs of a telecom that puts settings onto them
 */
export async function playsFor(
  world: World,
  v1: SuperSim,
  label: string,
  cards: { id: Id | null }[],
): Promise<Record<string, Play>> {
  let count = 0;
  const fresh = () => `${label} ${++count}`;
  const card = async () => {
    const { iccid, registrationCode } = (await world.stock(1))[0]!;
    return { iccid, registrationCode };
  };
  const [att, telekom, orange] = ['310410', '26201', '20801'].map(networkSid) as [string, string, string];

  const profile = await v1.networkAccessProfiles.create({ uniqueName: fresh(), networks: [att, telekom] });
  const newFleet = async () => ({ networkAccessProfile: profile.sid, uniqueName: fresh(), dataLimit: 500 });
  const fleet = await v1.fleets.create(await newFleet());
  await v1.fleets.create(await newFleet());
  const readySim = async () => {
    const { iccid, registrationCode, imsi } = (await world.stock(1))[0]!;
    const { sid } = await v1.sims.create({ iccid, registrationCode });
    return { imsi, sim: await v1.sims(sid).update({ uniqueName: fresh(), fleet: fleet.sid, status: 'ready' }) };
  };
  const [{ sim, imsi }] = [await readySim(), await readySim()];
  // It has an address, so that data can be sent to it.
  await world.gateway.device({ imsi, framedIp: '127.0.0.77' }).start();
  const text = async () => ({ sim: sim.sid, payload: 'wake up' });
  const command = await v1.smsCommands.create(await text());
  await v1.smsCommands.create(await text());
  const datagram = async () => ({ sim: sim.sid, payload: 'wake up', devicePort: 9 });
  const ipCommand = await v1.ipCommands.create(await datagram());
  await v1.ipCommands.create(await datagram());
  const reserve = async () => ({ generateMatchingId: true });
  const esim = await v1.esimProfiles.create(await reserve());
  await v1.esimProfiles.create(await reserve());
  const ids = cards.map(({ id }) => id!);
  await inventory.register(world.ctx(), ids, null);
  for (const id of ids)
    await v1
      .sims(sidOf('sim', id))
      .update({ fleet: fleet.sid, status: 'active' })
      .catch(() => {});
  await orderUpdates(world.ctx(), ids, { name: 'base-settings', version: '1.0.0' });
  // Networks of the nested list come and go; one more stays, because the last one may not be taken away.
  const networks = v1.networkAccessProfiles(profile.sid).networks;
  const rename = async () => ({ uniqueName: fresh() });

  return {
    sims: { at: v1.sims, list: { fleet: fleet.sid, status: 'ready' }, create: card },
    'sims()': { at: v1.sims(sim.sid), update: rename },
    'sims().billingPeriods': { at: v1.sims(sim.sid).billingPeriods },
    fleets: { at: v1.fleets, list: { networkAccessProfile: profile.sid }, create: newFleet },
    'fleets()': { at: v1.fleets(fleet.sid), update: rename },
    networks: { at: v1.networks, list: { isoCountry: 'DE' } },
    'networks()': { at: v1.networks(att) },
    networkAccessProfiles: {
      at: v1.networkAccessProfiles,
      create: async () => ({ uniqueName: fresh(), networks: [att] }),
    },
    'networkAccessProfiles()': { at: v1.networkAccessProfiles(profile.sid), update: rename },
    'networkAccessProfiles().networks': { at: networks, create: async () => ({ network: orange }) },
    'networkAccessProfiles().networks()': {
      at: networks(att),
      remove: async () => networks((await networks.create({ network: orange })).sid),
    },
    smsCommands: { at: v1.smsCommands, list: { sim: sim.sid, direction: 'to_sim' }, create: text },
    'smsCommands()': { at: v1.smsCommands(command.sid) },
    'sims().simIpAddresses': { at: v1.sims(sim.sid).simIpAddresses },
    ipCommands: { at: v1.ipCommands, list: { sim: sim.sid, direction: 'to_sim' }, create: datagram },
    'ipCommands()': { at: v1.ipCommands(ipCommand.sid) },
    esimProfiles: { at: v1.esimProfiles, create: reserve },
    'esimProfiles()': { at: v1.esimProfiles(esim.sid) },
    settingsUpdates: { at: v1.settingsUpdates },
    usageRecords: { at: v1.usageRecords, list: { sim: sim.sid, granularity: 'all' } },
  };
}
