import { z } from 'zod';

/** A VAT number, its country as VIES has it. */
export type VatNumber = { country: string; number: string };

/** What came of asking. `later`: VIES, or the member state, could not tell now. `never`: it will not tell, however often it is asked. */
export type ViesAnswer =
  | { kind: 'answered'; valid: boolean; requestId: string; name: string; address: string }
  | { kind: 'later' | 'never'; problem: string };

/** Who can tell whether a VAT number is valid. */
export type Vies = {
  /** @param asker our own number: with it the answer has a consultation number, which proves that we asked */
  check(number: VatNumber, asker: VatNumber | null): Promise<ViesAnswer>;
};

/** The Commission's REST API; `/ms/{country}/vat/{number}` is asked under it. */
export const commissionUrl = 'https://ec.europa.eu/taxation_customs/vies/rest-api';

/** Member states answer in seconds, or not at all. */
const timeoutMs = 20_000;
/** A name and an address; what is longer is no answer of VIES. */
const maxBody = 65_536;

/** Nothing that waiting could mend. Every other problem is asked again: VIES adds words, and an outage is no answer. */
const finals = new Set(['INVALID_INPUT', 'INVALID_REQUESTER_INFO', 'VAT_BLOCKED', 'IP_BLOCKED']);

const Body = z.object({
  isValid: z.boolean().optional(),
  userError: z.string().max(200).optional(),
  requestIdentifier: z.string().max(200).nullish(),
  name: z.string().nullish(),
  address: z.string().nullish(),
  errorWrappers: z.array(z.object({ error: z.string().max(200) })).optional(),
});

/** @param url of the REST API, without a slash at its end */
export function openVies(url: string): Vies {
  return {
    async check({ country, number }, asker) {
      const asked = new URL(`${url}/ms/${encodeURIComponent(country)}/vat/${encodeURIComponent(number)}`);
      if (asker) {
        asked.searchParams.set('requesterMemberStateCode', asker.country);
        asked.searchParams.set('requesterNumber', asker.number);
      }
      try {
        const response = await fetch(asked, {
          headers: { accept: 'application/json' },
          signal: AbortSignal.timeout(timeoutMs),
          redirect: 'error',
        });
        const text = await response.text();
        if (text.length > maxBody) return { kind: 'later', problem: 'UNREADABLE' };
        return readAnswer(response.status, text);
      } catch (error) {
        return { kind: 'later', problem: (error as Error).name === 'TimeoutError' ? 'NO_ANSWER' : 'UNREACHABLE' };
      }
    },
  };
}

/** What an answer of VIES says. Pure. `isValid: false` says nothing where `userError` names a problem: a state that is down is no "no". */
export function readAnswer(status: number, text: string): ViesAnswer {
  let body: z.output<typeof Body> | null = null;
  try {
    body = Body.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    // A page of a proxy: what the status says is all there is.
  }
  const problem = body?.errorWrappers?.[0]?.error ?? body?.userError;
  if (status === 200 && body?.isValid !== undefined && (problem === 'VALID' || problem === 'INVALID')) {
    const { isValid: valid, requestIdentifier, name, address } = body;
    return {
      ...{ kind: 'answered', valid, requestId: requestIdentifier ?? '' },
      ...{ name: shown(name).slice(0, 500), address: shown(address).slice(0, 1000) },
    };
  }
  const named = problem && problem !== 'VALID' && problem !== 'INVALID' ? problem : null;
  if (named !== null) return { kind: finals.has(named) ? 'never' : 'later', problem: named };
  return { kind: 'later', problem: status === 200 ? 'UNREADABLE' : `HTTP_${status}` };
}

/** Member states that tell no names write `---`. */
function shown(text: string | null | undefined): string {
  const trimmed = text?.trim() ?? '';
  return trimmed === '---' ? '' : trimmed;
}
