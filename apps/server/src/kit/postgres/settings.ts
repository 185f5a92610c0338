import { totalmem } from 'node:os';

/**
 * Small, and durable: an answer that was committed survives a power cut. The build has no lz4,
 * and JIT costs more than it brings on statements as short as ours.
 */
const DEFAULTS: Record<string, string> = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  wal_compression: 'off',
  max_wal_size: '2GB',
  // A new file of the log is filled and synced while a commit waits for it, 20 to 60 ms; one that is used again is not.
  min_wal_size: '1GB',
  max_connections: '60',
  // The working set of a small installation is in memory, where a page out of order costs no more than the next one.
  random_page_cost: '1.1',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'warning',
  log_checkpoints: 'off',
  password_encryption: 'scram-sha-256',
};

const mb = 2 ** 20;

/** A sixteenth of the machine's memory, from 128 MB to 1 GB: the server shares the machine with the product. In MB. */
export function sharedBuffers(memoryBytes: number): string {
  return `${Math.floor(Math.min(Math.max(memoryBytes / 16, 128 * mb), 1024 * mb) / mb)}MB`;
}

/** The arguments of `postgres`: our defaults, then `settings`, and never more than loopback. */
export function serverSettings(data: string, port: number, settings: Record<string, string> = {}): string[] {
  const all = {
    ...DEFAULTS,
    shared_buffers: sharedBuffers(totalmem()),
    ...settings,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    port: `${port}`,
  };
  return ['-D', data, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}
