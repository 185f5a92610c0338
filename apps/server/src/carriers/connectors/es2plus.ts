import { CarrierUnreachable, type ProfileOrder, type ProfileOrdered } from './contract.ts';

/** Calls a function of the SM-DP+ by its name. Throws `CarrierUnreachable` when there was no usable answer. */
type Call = (name: string, body: object) => Promise<{ status: number; body: Record<string, unknown> }>;

/** Who we are to an SM-DP+. */
const requester = 'simwright';

/**
 * Orders an eSIM profile at an SM-DP+ by ES2+ (GSMA SGP.22 sections 5.3.1 and 5.3.2): the profile of this ICCID is linked to the
 * order, then confirmed and released for download. An empty matching id is that of the default SM-DP+, which knows its customer by
 * the EID alone. Both functions may be repeated.
 */
export async function orderByEs2plus(call: Call, order: ProfileOrder, key: string): Promise<ProfileOrdered> {
  const iccid = order.iccid.length === 19 ? `${order.iccid}F` : order.iccid;
  const eid = order.eid === null ? {} : { eid: order.eid };
  const header = { functionRequesterIdentifier: requester, functionCallIdentifier: key };
  try {
    const linked = await call('downloadOrder', { header, iccid, ...eid });
    const refusal = refusalOf(linked);
    if (refusal) return refusal;
    const matchingId = order.withCode ? {} : { matchingId: '' };
    const confirmed = await call('confirmOrder', { header, iccid, ...eid, ...matchingId, releaseFlag: true });
    return refusalOf(confirmed) ?? readConfirmed(confirmed.body, order);
  } catch (error) {
    if (error instanceof CarrierUnreachable) return { kind: 'later', text: error.message };
    throw error;
  }
}

type Status = { status?: unknown; statusCodeData?: { subjectCode?: unknown; reasonCode?: unknown; message?: unknown } };

/** Why it failed; null when it did not (SGP.22 section 5.2.6). */
function refusalOf({ status, body }: Awaited<ReturnType<Call>>): ProfileOrdered | null {
  if (status !== 200) return { kind: 'later', text: `The SM-DP+ answered HTTP ${status}.` };
  const header = body.header as { functionExecutionStatus?: Status } | undefined;
  const outcome = readExecution(header?.functionExecutionStatus);
  if (outcome === null) return { kind: 'later', text: 'The SM-DP+ answered with something we do not understand.' };
  return outcome.ok ? null : { kind: 'refused', code: outcome.code, text: outcome.text };
}

export type Execution = { ok: true } | { ok: false; code: string; text: string };

/** An execution status of SGP.22: `code` is `subject/reason`, as in `8.2.1/3.9`. Null when it is none. */
export function readExecution(given: unknown): Execution | null {
  const { status, statusCodeData } = (typeof given === 'object' && given !== null ? given : {}) as Status;
  if (status === 'Executed-Success' || status === 'Executed-WithWarning') return { ok: true };
  if (status !== 'Failed' && status !== 'Expired') return null;
  const { subjectCode, reasonCode, message } = statusCodeData ?? {};
  const code = (value: unknown) => (typeof value === 'string' && /^[0-9.]{1,20}$/.test(value) ? value : '?');
  const isText = typeof message === 'string' && message.length > 0;
  return {
    ok: false,
    code: statusCodeData ? `${code(subjectCode)}/${code(reasonCode)}` : status.toLowerCase(),
    text: isText ? message.slice(0, 200) : `The SM-DP+ answered ${status}.`,
  };
}

function readConfirmed({ matchingId, smdpAddress }: Record<string, unknown>, order: ProfileOrder): ProfileOrdered {
  const isHost = typeof smdpAddress === 'string' && /^[A-Za-z0-9.-]{1,253}$/.test(smdpAddress);
  const isMatching = typeof matchingId === 'string' && /^[A-Za-z0-9-]{1,64}$/.test(matchingId);
  if (!isHost || (order.withCode && !isMatching)) {
    return { kind: 'later', text: 'The SM-DP+ confirmed the order without saying where to download it.' };
  }
  return { kind: 'available', smdpAddress, matchingId: order.withCode ? (matchingId as string) : null };
}
