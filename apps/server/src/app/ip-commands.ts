import type { Socket } from 'node:dgram';
import * as carriers from '../carriers/index.ts';
import * as commands from '../commands/index.ts';
import { contextFor, systemActor } from '../kit/ctx.ts';
import { counter } from '../kit/http/metrics.ts';
import * as radius from '../radius/index.ts';
import type { Core } from './core.ts';
import { organizationsOf } from './organizations.ts';

const datagrams = counter('simwright_ip_datagrams_total', 'Datagrams from devices by what became of them', ['outcome']);
const receiveBuffer = 1024 * 1024;

/** The socket that hears devices, and its port; null where devices are not heard. It also sends, where the sender is in this process. */
export type DeviceSocket = { socket: Socket; port: number; directory: carriers.DeviceDirectory };

/** Hears devices: silent to what comes once it drains, and what it took is stored. */
export async function listenToDevices(core: Core): Promise<DeviceSocket | null> {
  const { runtime, life, config, ownPorts } = core;
  const { host, port } = config.ipCommands ?? { host: '', port: null };
  if (port === null) return null;
  const directory = carriers.deviceDirectory(runtime);
  life.onEnd(async () => directory.close());
  await directory.refresh();
  const socket = await radius.bindSocket(host, port, receiveBuffer);
  life.onEnd(() => closed(socket));
  ownPorts.add(socket.address().port);
  const organizationOf = organizationsOf(runtime);
  const listener = commands.listenToDevices(socket, {
    reach: reachOf(core),
    find: (address) => directory.find(address),
    async take(organizationId, datagram) {
      const ctx = contextFor(runtime, await organizationOf(organizationId), systemActor('ip commands'));
      return commands.receiveIp(ctx, datagram);
    },
    count: (outcome) => datagrams.inc({ outcome }),
    log: (message, fields) => runtime.log.warn(fields, message),
  });
  life.onDrain(() => listener.close());
  return { socket, port: socket.address().port, directory };
}

/**
 * What sends to devices. From the port that hears them where this process has it, so that a device may answer to where a
 * datagram came from; else from a free one.
 */
export async function ipHands(core: Core, heard: DeviceSocket | null): Promise<commands.IpHands> {
  const { config, life } = core;
  const reach = reachOf(core);
  let socket = heard?.socket;
  if (!socket && config.ipCommands && config.ipCommands.ranges.length > 0) {
    const own = await radius.bindSocket(config.ipCommands.host, 0);
    own.on('error', (err) => core.runtime.log.warn({ err }, 'the socket for data to devices failed'));
    life.onEnd(() => closed(own));
    socket = own;
  }
  return {
    reach,
    send: (payload, port, address) =>
      new Promise((resolve, reject) => {
        if (!socket) return reject(new Error('no socket is open'));
        const to = socket.address().family === 'IPv6' ? `::ffff:${address}` : address;
        socket.send(payload, port, to, (error) => (error ? reject(error) : resolve()));
      }),
  };
}

function reachOf({ config, ownPorts }: Core): commands.Reach {
  return commands.openReach(config.ipCommands?.ranges ?? [], () => ownPorts);
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.close(() => resolve()));
}
