import type { Delivery, DeliveryState } from '../api/deliveries.ts';
import type { Tone } from '../format/words.ts';

export const deliveryStates: Record<DeliveryState, { tone: Tone; word: string }> = {
  waiting: { tone: 'amber', word: 'Waiting' },
  delivered: { tone: 'green', word: 'Delivered' },
  failed: { tone: 'red', word: 'Failed' },
};

export const deliveryKinds: Record<Delivery['kind'], string> = { callback: 'Callback', events: 'Events' };

/** What a delivery tells of, and where that is looked at; null where there is no page for it. */
export function aboutWhat(about: string | null): { word: string; to: string; search: Record<string, string> } | null {
  if (about?.startsWith('sim_')) return { word: 'SIM', to: `/sims/${about}`, search: {} };
  if (about?.startsWith('sms_')) return { word: 'Text', to: '/messages', search: { open: about } };
  if (about?.startsWith('ipc_')) return { word: 'Data', to: '/messages', search: { show: 'data', open: about } };
  if (about?.startsWith('snk_')) return { word: 'Event sink', to: `/developers/event-sinks/${about}`, search: {} };
  return null;
}

/** What came back: an answer with its status, or why there was none. */
export function answerWords(status: number | null, answer: string | null): string {
  return [status === null ? '' : `HTTP ${status}`, answer?.trim() ?? ''].filter(Boolean).join(': ');
}

/** What was sent, as names and values where it is a form, in the body or in the address; null where it is something else. */
export function parametersOf(sent: {
  contentType: string | null;
  body: string | null;
  url: string;
}): [string, string][] | null {
  if (sent.body === null) {
    const query = URL.canParse(sent.url) ? new URL(sent.url).search : '';
    return query === '' ? null : [...new URLSearchParams(query)];
  }
  return sent.contentType?.startsWith('application/x-www-form-urlencoded') ? [...new URLSearchParams(sent.body)] : null;
}
