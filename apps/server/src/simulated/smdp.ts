import { createHash } from 'node:crypto';
import type { Random } from './random.ts';

/** Where devices download profiles: a name that leads nowhere. */
export const smdpAddress = 'smdp.simulated.example';

/** Who hears of downloads: our side of ES2+. */
export type Told = { url: string; token: string };

type Profile = { eid: string | null; matchingId: string | null; released: boolean };
type Body = Record<string, unknown>;

export type Smdp = {
  /** A function of ES2+ (GSMA SGP.22 section 5.3). Null: there is none of this name. */
  call(name: string, body: Body): Body | null;
  close(): void;
};

const MAX_SENDS = 10;
const RETRY_MS = { first: 250, most: 30_000 };

/**
 * An SM-DP+ with the profiles of a telecom's eSIMs. A profile is linked to an order, confirmed and released; some seconds
 * later a device that has nothing better to do downloads and installs it, and that is told by handleDownloadProgressInfo, again until it is
 * heard. An eUICC whose EID has a 0 before its check digits is full: there the installation fails.
 */
export function openSmdp(
  iccids: readonly string[],
  options: {
    speed: number;
    now(): Date;
    random: Random;
    told: Told | null;
    /** An EID for a device that comes with a matching id. */
    anyEid(): string;
    installed(iccid: string): void;
  },
): Smdp {
  const { speed, now, random, told } = options;
  const known = new Set(iccids);
  const profiles = new Map<string, Profile>();
  const timers = new Set<NodeJS.Timeout>();
  let closed = false;

  function later(ms: number, work: () => void): void {
    if (closed) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      work();
    }, ms);
    timers.add(timer);
  }
  const seconds = (from: number, to: number) => ((from + (to - from) * random()) * 1000) / speed;

  function downloadOrder({ iccid, eid }: Body): Body {
    const name = iccidOf(iccid);
    if (!known.has(name)) return failed('8.2.1', '3.9', 'This ICCID is unknown');
    const linked = profiles.get(name);
    const wanted = typeof eid === 'string' ? eid : null;
    if (linked && linked.eid !== wanted) return failed('8.2.1', '3.3', 'This profile is in use');
    if (!linked) profiles.set(name, { eid: wanted, matchingId: null, released: false });
    return done({ iccid });
  }

  function confirmOrder({ iccid, matchingId, releaseFlag }: Body): Body {
    const name = iccidOf(iccid);
    const profile = profiles.get(name);
    if (!profile) return failed('8.2.1', '3.9', 'Nothing was ordered for this ICCID');
    if (matchingId === '' && profile.eid === null) return failed('8.1.1', '2.2', 'The EID is missing');
    profile.matchingId ??= matchingId === '' ? '' : matchingIdOf(name);
    if (releaseFlag === true && !profile.released) {
      profile.released = true;
      later(seconds(5, 20), () => claim(name, profile.eid ?? options.anyEid()));
    }
    return done({ eid: profile.eid ?? undefined, matchingId: profile.matchingId, smdpAddress });
  }

  function claim(iccid: string, eid: string): void {
    const isFull = eid.at(-3) === '0';
    void tell(iccid, eid, 3, succeeded);
    later(seconds(2, 6), () => {
      void tell(iccid, eid, 4, isFull ? status('Failed', '8.1', '4.8', 'The eUICC has no memory left') : succeeded);
      if (!isFull) options.installed(iccid);
    });
  }

  async function tell(iccid: string, eid: string, point: number, outcome: Body): Promise<void> {
    if (!told) return;
    const text = JSON.stringify({
      header: { functionRequesterIdentifier: 'simulated', functionCallIdentifier: `${iccid}-${point}` },
      ...{ eid, iccid: padded(iccid), profileType: 'iot', timestamp: `${now().toISOString().slice(0, 19)}Z` },
      ...{ notificationPointId: point, notificationPointStatus: outcome },
    });
    for (let sends = 0, pause = RETRY_MS.first; sends < MAX_SENDS && !closed; sends += 1) {
      if (await heard(told, text)) return;
      await new Promise<void>((resolve) => later(pause, resolve));
      pause = Math.min(pause * 2, RETRY_MS.most);
    }
  }

  return {
    call: (name, body) =>
      name === 'downloadOrder' ? downloadOrder(body) : name === 'confirmOrder' ? confirmOrder(body) : null,
    close() {
      closed = true;
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

/** Whether it was taken. A 4xx will not be taken the next time either. */
async function heard({ url, token }: Told, body: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/gsma/rsp2/es2plus/handleDownloadProgressInfo`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'x-admin-protocol': 'gsma/rsp/v2.2.0',
      },
      body,
      signal: AbortSignal.timeout(5_000),
    });
    await response.body?.cancel();
    return response.status < 500 && response.status !== 429;
  } catch {
    return false;
  }
}

/** 16 characters in groups, the same for a profile every time. */
function matchingIdOf(iccid: string): string {
  const hex = createHash('sha256').update(`matching ${iccid}`).digest('hex').toUpperCase();
  return hex.slice(0, 16).replace(/(.{4})(?=.)/g, '$1-');
}

const iccidOf = (iccid: unknown) => String(iccid).replace(/F$/i, '');
const padded = (iccid: string) => (iccid.length === 19 ? `${iccid}F` : iccid);

function status(word: string, subjectCode: string, reasonCode: string, message: string): Body {
  return { status: word, statusCodeData: { subjectCode, reasonCode, message } };
}
const succeeded: Body = { status: 'Executed-Success' };
const done = (body: Body): Body => ({ header: { functionExecutionStatus: succeeded }, ...body });
const failed = (subjectCode: string, reasonCode: string, message: string): Body => ({
  header: { functionExecutionStatus: status('Failed', subjectCode, reasonCode, message) },
});
