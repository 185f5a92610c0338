import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import Stripe from 'stripe';
import { type Books, eventOf, openBooks, Refused } from './books.ts';
import { type Form, readForm } from './form.ts';

type Answer = { status: number; body: unknown };
type Event = Record<string, unknown> & { type: string };

/**
 * A server that speaks Stripe's language, for tests: what the SDK sends is read as Stripe reads it, and keys, idempotency, refusals
 * and webhooks go as Stripe documents them. It is ours, so it proves only that we do what we have read.
 *
 * @param key the secret key that it knows
 */
export async function openStripe(key: string) {
  const told: Event[] = [];
  const books = openBooks((type, object) => told.push(eventOf(type, structuredClone(object)) as Event));
  const answers = new Map<string, { asked: string; answer: Answer | null }>();
  /** Requests, and answers that get lost on their way. */
  const seen: { method: string; path: string; key: string | undefined; form: Form }[] = [];
  let lose = 0;

  const server = createServer(async (request, response) => {
    const { method = 'GET', url = '/' } = request;
    const [path = '', search = ''] = url.split('?');
    const text = await bodyOf(request);
    const form = readForm(method === 'GET' ? search : text);
    const idempotency = request.headers['idempotency-key'] as string | undefined;
    seen.push({ method, path, key: idempotency, form });
    const answer = answerTo();
    if (lose > 0) {
      lose -= 1;
      request.socket.destroy();
      return;
    }
    response.writeHead(answer.status, { 'content-type': 'application/json', 'request-id': `req_${seen.length}` });
    response.end(JSON.stringify(answer.body));

    function answerTo(): Answer {
      if (request.headers.authorization !== `Bearer ${key}`) {
        return refused(401, { type: 'invalid_request_error', message: 'Invalid API Key provided' });
      }
      if (!idempotency || method === 'GET') return attempt();
      const asked = `${method} ${path} ${text}`;
      const known = answers.get(idempotency);
      if (known && known.asked !== asked) {
        const message =
          'Keys for idempotent requests can only be used with the same parameters they were first used with.';
        return refused(400, { type: 'idempotency_error', message });
      }
      if (known?.answer) return known.answer;
      const answer = attempt();
      // What was not begun, since it was not well formed, is kept under no key.
      if (answer.status !== 400) answers.set(idempotency, { asked, answer });
      return answer;
    }

    function attempt(): Answer {
      try {
        return { status: 200, body: structuredClone(act(books, method, path.slice('/v1/'.length), form)) };
      } catch (error) {
        if (error instanceof Refused) return refused(error.status, error.error);
        throw error;
      }
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);

  /** Tells an event, signed by the SDK's own helper, as a webhook endpoint gets it. @returns the status of the answer */
  async function deliver(
    endpoint: string,
    event: Event,
    by: { secret: string; timestamp?: number; signature?: string },
  ): Promise<number> {
    const payload = JSON.stringify(event);
    const signature = by.signature ?? Stripe.webhooks.generateTestHeaderString({ payload, ...by });
    const headers = { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': signature };
    return (await fetch(endpoint, { method: 'POST', headers, body: payload })).status;
  }

  return {
    ...{ url, books, seen, told, deliver },
    /** So many answers are lost, though what was asked for is done. */
    loseAnswers(count: number) {
      lose = count;
    },
    /** The events of a type, the latest last. */
    events: (type: string) => told.filter((event) => event.type === type),
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

export type StripeServer = Awaited<ReturnType<typeof openStripe>>;

const refused = (status: number, error: object): Answer => ({ status, body: { error } });

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function act(books: Books, method: string, path: string, form: Form): unknown {
  const [noun, name = '', verb = ''] = path.split('/');
  switch (`${method} ${noun}${name ? '/id' : ''}${verb ? `/${verb}` : ''}`) {
    case 'GET account':
      return books.account();
    case 'POST customers':
      return books.createCustomer(form);
    case 'POST customers/id':
      return books.updateCustomer(name, form);
    case 'POST setup_intents':
      return books.createSetup(form);
    case 'GET setup_intents/id':
      return books.setup(name, form);
    case 'POST setup_intents/id/confirm':
      return books.confirmSetup(name, form);
    case 'POST setup_intents/id/cancel':
      return books.cancelSetup(name);
    case 'POST payment_methods/id':
      return books.updateMethod(name, form);
    case 'POST payment_methods/id/detach':
      return books.detach(name);
    case 'POST payment_intents':
      return books.createIntent(form);
    case 'GET payment_intents':
      return books.listIntents(form);
    case 'GET payment_intents/id':
      return books.intent(name);
    case 'POST payment_intents/id/confirm':
      return books.confirm(name, form);
    case 'POST payment_intents/id/cancel':
      return books.cancel(name);
    case 'POST refunds':
      return books.createRefund(form);
    case 'GET refunds':
      return books.listRefunds(form);
    case 'GET disputes':
      return books.listDisputes(form);
    case 'GET refunds/id':
      return books.refund(name);
    default: {
      const message = `Unrecognized request URL (${method}: /v1/${path}).`;
      throw new Refused(404, { type: 'invalid_request_error', message });
    }
  }
}
