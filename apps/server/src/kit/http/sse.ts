import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Http } from './app.ts';

/** A stream of server-sent events to one reader (WHATWG HTML, section 9.2). */
export type Stream = {
  /** Sends one event. A reader whose buffer is full is cut off: it comes back and asks with `Last-Event-ID`. */
  send(event: { event: string; data: unknown; id?: string }): void;
  close(): void;
  /** Runs when the stream has ended, for whatever reason; at once if it already has. */
  onClose(fn: () => void): void;
  readonly open: boolean;
};

const heartbeatMs = 15_000;
/** What may wait in our memory for one slow reader. */
const maxBufferedBytes = 256 * 1024;
/** Streams that one process keeps open. */
const maxStreams = 2_000;

/**
 * Turns the reply into a stream. Only in a route declared with `stream`. Returns null, having answered 503, when
 * this process has as many streams as it may.
 */
export function openStream(http: Http, request: FastifyRequest, reply: FastifyReply): Stream | null {
  if (http.streams.size >= maxStreams || http.closing) {
    reply.code(503).header('retry-after', '5').send();
    return null;
  }
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) reply.raw.setHeader(name, value as string);
  }
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    // The connection ends with the stream, so that a stop of the server does not wait for it.
    connection: 'close',
  });
  raw.write('retry: 2000\n\n');

  const closers: (() => void)[] = [];
  let open = true;
  const beat = setInterval(() => write(': \n\n'), heartbeatMs);
  beat.unref();

  function write(text: string): void {
    if (!open) return;
    raw.write(text);
    if (raw.writableLength > maxBufferedBytes) raw.destroy();
  }
  function ended(): void {
    if (!open) return;
    open = false;
    clearInterval(beat);
    http.streams.delete(stream);
    for (const fn of closers) fn();
  }
  const stream: Stream = {
    get open() {
      return open;
    },
    send({ event, data, id }) {
      const lines = id === undefined ? '' : `id: ${id}\n`;
      write(`${lines}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    close() {
      if (!open) return;
      raw.end();
      ended();
    },
    onClose(fn) {
      if (open) closers.push(fn);
      else fn();
    },
  };
  request.raw.on('close', ended);
  raw.on('close', ended);
  raw.on('error', ended);
  http.streams.add(stream);
  return stream;
}

/** What a returning reader saw last: the header a browser sends, as a position, or null. */
export function lastEventId(request: FastifyRequest): bigint | null {
  const text = request.headers['last-event-id'];
  return typeof text === 'string' && /^\d{1,18}$/.test(text) ? BigInt(text) : null;
}
