import type { Gateway } from '../../gateway.ts';
import { homeNetwork } from '../pencil/price.ts';

type Session = { device: ReturnType<Gateway['device']>; total: bigint };

/** What a SIM of a scenario does at the network: a session in each network it visits, whose counters only grow. */
export function openDevice(gateway: Gateway, imsi: string) {
  const sessions = new Map<string, Session>();
  return {
    /** One record is one interim with so many bytes more than the last. Answers what sends it, once more each time. */
    async use(bytes: bigint, eventTime: Date, network: string | null): Promise<() => Promise<void>> {
      const plmn = network ?? homeNetwork;
      let session = sessions.get(plmn);
      if (!session) {
        session = { device: gateway.device({ imsi, ...(plmn !== 'nowhere' && { plmn }) }), total: 0n };
        sessions.set(plmn, session);
        await session.device.start({ eventTime });
      }
      session.total += bytes;
      const { device, total } = session;
      return async () => {
        const acknowledged = await device.update(total / 4n, total - total / 4n, { eventTime });
        if (!acknowledged) throw new Error('a usage record was not acknowledged');
      };
    },
  };
}

export type Device = ReturnType<typeof openDevice>;
