import { randomBytes } from 'node:crypto';
import {
  accessAttributes,
  accountingAttributes,
  bindSocket,
  codes,
  decode,
  encodeReply,
  nasAttributes,
  openClient,
  type RadiusClient,
  readValues,
  type Subscriber,
  verifyRequest,
} from '../src/radius/index.ts';

/** Somebody's packet gateway: it sends accounting and access requests, and answers our Disconnect-Requests. */
export async function openGateway(radius: () => { authPort: number; acctPort: number }, address = '127.0.0.1') {
  const secret = Buffer.from(randomBytes(12).toString('base64url'));
  const disconnects: { acctSessionId: string; at: number }[] = [];
  let answer: 'ack' | 'nak' | 'silence' = 'ack';
  const coa = await bindSocket(address, 0);
  coa.on('message', (datagram, from) => {
    const decoded = decode(datagram);
    if (!decoded.ok || !verifyRequest(decoded.packet, secret)) return;
    const session = decoded.packet.attributes.find((attribute) => attribute.type === 44);
    disconnects.push({ acctSessionId: session?.value.toString() ?? '', at: Date.now() });
    if (answer === 'silence') return;
    const code = answer === 'ack' ? codes.disconnectAck : codes.disconnectNak;
    coa.send(encodeReply(decoded.packet, { code, secret, attributes: [] }), from.port, from.address);
  });
  let client: RadiusClient | null = null;
  let towards = '';

  /** The ports change when the product is restarted, and the gateway follows. */
  async function connection(): Promise<RadiusClient> {
    const { authPort, acctPort } = radius();
    if (client && towards === `${authPort}/${acctPort}`) return client;
    client?.close();
    towards = `${authPort}/${acctPort}`;
    client = await openClient({
      host: '127.0.0.1',
      authPort,
      acctPort,
      secret,
      localAddress: address,
      sockets: 4,
      timeoutMs: 500,
      retries: 3,
    });
    return client;
  }

  return {
    address,
    secret,
    coaPort: coa.address().port,
    disconnects,
    answerDisconnects(how: typeof answer) {
      answer = how;
    },
    async on(eventTime: Date): Promise<boolean> {
      return (await (await connection()).account(nasAttributes('on', eventTime))) !== null;
    },
    /** A device of this network; counters are cumulative, as the gateway counts them. */
    device(who: Subscriber, acctSessionId = `s-${randomBytes(6).toString('hex')}`) {
      let mark: Buffer | null = null;
      const account = async (
        status: 'start' | 'interim' | 'stop',
        record: Omit<Parameters<typeof accountingAttributes>[1], 'status' | 'acctSessionId'> = {},
      ) =>
        (await (
          await connection()
        ).account(accountingAttributes(who, { status, acctSessionId, class: mark, ...record }))) !== null;
      return {
        acctSessionId,
        /** True: accepted; false: refused; null: no answer. */
        async attach(): Promise<boolean | null> {
          const reply = await (await connection()).access(accessAttributes(who));
          // A gateway returns Class with every record of the session (RFC 2865 section 5.25).
          mark = (reply && readValues(reply.attributes).standard.get(25)) ?? null;
          return reply && reply.code === codes.accessAccept;
        },
        start: (record: Parameters<typeof account>[1] = {}) => account('start', record),
        update: (up: bigint, down: bigint, record: Parameters<typeof account>[1] = {}) =>
          account('interim', { up, down, ...record }),
        stop: (up: bigint, down: bigint, record: Parameters<typeof account>[1] = {}) =>
          account('stop', { up, down, ...record }),
      };
    },
    async close() {
      client?.close();
      coa.close();
    },
  };
}

export type Gateway = Awaited<ReturnType<typeof openGateway>>;
