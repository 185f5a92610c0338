import { createSocket, type Socket } from 'node:dgram';
import { isIP } from 'node:net';

/**
 * A bound UDP socket, IPv6 when `host` is written so; port 0 takes a free one. Rejects with the system's error.
 *
 * Between two turns of the event loop packets wait only in `receiveBuffer` bytes of the kernel, which may grant
 * less (`net.core.rmem_max`) without an error.
 */
export async function bindSocket(host: string, port: number, receiveBuffer?: number): Promise<Socket> {
  const socket = createSocket({
    type: host.includes(':') ? 'udp6' : 'udp4',
    // Peers are addresses, never names; without this every answer would pass through the resolver first.
    lookup: (address, _options, found) => found(null, address, isIP(address)),
    ...(receiveBuffer === undefined ? {} : { recvBufferSize: receiveBuffer }),
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind({ address: host, port, exclusive: true }, () => {
      socket.off('error', reject);
      resolve();
    });
  }).catch((error: unknown) => {
    socket.close();
    throw error;
  });
  return socket;
}
