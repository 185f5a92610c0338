import type { FastifyReply } from 'fastify';

/** Sends a file: a PDF to be looked at, everything else to be kept. `name` is of our own making, plain ASCII. */
export function sendFile(reply: FastifyReply, type: string, name: string, content: Buffer | string): void {
  const safe = name.replace(/[^A-Za-z0-9._-]+/g, '-');
  const how = type === 'application/pdf' ? 'inline' : 'attachment';
  reply.type(type).header('content-disposition', `${how}; filename="${safe}"`).send(content);
}
