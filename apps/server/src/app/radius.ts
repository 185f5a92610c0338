import type * as carriers from '../carriers/index.ts';
import * as charging from '../charging/index.ts';
import { contextFor, onOrganizationClock, type Runtime, systemActor } from '../kit/ctx.ts';
import { histogram } from '../kit/http/metrics.ts';
import * as radius from '../radius/index.ts';
import type { Meter } from './meter.ts';
import { organizationsOf } from './organizations.ts';

const answerSeconds = histogram('simwright_radius_answer_seconds', 'From a RADIUS request to its answer', ['request']);

// Looked up once: it is observed for every packet.
const accountingSeconds = answerSeconds.labels({ request: 'accounting' });

/** What we ask a NAS for: RFC 2869 section 5.16 wants at least 60 seconds and recommends 600. */
const interimSeconds = 600;

export type RadiusDeps = {
  runtime: Runtime;
  /** On the ingest role: answers Access-Requests without waiting for the charging writer. */
  ingest: Runtime;
  charger: charging.Charger;
  directory: carriers.NasDirectory;
  meter: Pick<Meter, 'packet'>;
};

/** The RADIUS edge, wired to charging: an accounting packet is answered when its usage is durable and charged. */
export function listenRadius(
  address: { host: string; authPort: number; acctPort: number },
  { runtime, ingest, charger, directory, meter }: RadiusDeps,
): ReturnType<typeof radius.listenRadius> {
  const organizationOf = organizationsOf(ingest);
  const attaches = charging.openAttachRate();
  return radius.listenRadius(address, {
    findNas: (source) => directory.find(source),
    async account(update) {
      const from = performance.now();
      await charger.receive(update);
      accountingSeconds.observe((performance.now() - from) / 1000);
    },
    async reset({ nas, eventTime }) {
      const organization = await organizationOf(nas.organizationId);
      const ctx = contextFor(ingest, organization, systemActor(nas.name));
      await charging.forgetSessions(ctx, nas.id, onOrganizationClock(organization, eventTime));
    },
    async authorize({ nas, imsi, imei, plmn, rat, apn, area, cell }) {
      const from = performance.now();
      const asked = imsi ? attaches.count(`${nas.id}/${imsi}`, from) : 'fine';
      if (asked === 'again') return { accept: false, message: 'rate_limited' };
      const organization = await organizationOf(nas.organizationId);
      const fresh = () => contextFor(ingest, organization, systemActor(nas.name));
      const request = { telecomId: nas.telecomId, imsi, imei, plmn, rat, apn, area, cell };
      const decision = await charging.authorize(fresh(), request, asked === 'first').catch(async (error) => {
        // The answer is silence. Whoever hears of connections is told, unless the database itself is away.
        await charging.tellAttachFailed(fresh(), request).catch(() => {});
        throw error;
      });
      answerSeconds.observe({ request: 'access' }, (performance.now() - from) / 1000);
      return decision.accept
        ? { accept: true, interimSeconds, walled: decision.walled }
        : { accept: false, message: decision.reason };
    },
    count: (event, nas) => meter.packet(event, nas),
    now: () => runtime.clock.now(),
    log: (level, message, fields) => runtime.log[level](fields ?? {}, message),
  });
}

/** Disconnect-Requests leave from the address the NAS knows us by, over the same secret. */
export const disconnect: carriers.Hands['disconnect'] = (nas, session) =>
  radius.disconnect({ host: nas.coaHost, port: nas.coaPort, secret: nas.secret }, session);
