import { clearAway, exited, killServer, type Subject, startSubject, stopSubject } from './process.ts';
import type { Ready, Role, SubjectConfig } from './subject.ts';

/** How the product runs: everything in one process, or each part in its own beside a database. */
export type Layout = 'all' | 'split';

const roles: Record<Layout, readonly Role[]> = { all: ['all'], split: ['database', 'worker', 'radius', 'api'] };

/** What is killed: everything, one of our processes, the whole server, its postmaster alone, or one of its backends. */
export type Victim = 'group' | 'server' | 'postmaster' | 'backend' | Role;

export const victims: Record<Layout, readonly Victim[]> = {
  all: ['group', 'all', 'server', 'postmaster', 'backend'],
  split: ['group', 'worker', 'radius', 'server', 'postmaster', 'backend'],
};

export type System = {
  ready(): Ready;
  /** Starts what does not run: everything at first, and after a kill what it took. */
  start(): Promise<void>;
  kill(victim: Victim, which: number): Promise<void>;
  /** Processes that have ended and should not have. */
  missing(): string[];
  stop(): Promise<void>;
  /** Leaves nothing behind of a run that failed. */
  clearAway(): void;
};

/** The process that opened the embedded server ends when it does; that it ends is part of the test. */
const endsWithServer: readonly Role[] = ['all', 'database'];
const endMs = 20_000;

export function openSystem(layout: Layout, given: SubjectConfig): System {
  const running = new Map<Role, Subject>();
  let ready: Ready = { url: '', radius: { authPort: 0, acctPort: 0 }, owner: '', imsis: [] };

  async function startRole(role: Role): Promise<void> {
    if (running.has(role)) return;
    // A gateway is told one address: whoever is started again listens where the one before did.
    const { radius, ...config } = given.config;
    const subject = await startSubject({
      ...given,
      role,
      config: { ...config, radius: { ...radius, ...ready.radius } },
    });
    running.set(role, subject);
    const told = subject.ready;
    ready = {
      url: told.url || ready.url,
      radius: told.radius.acctPort > 0 ? told.radius : ready.radius,
      owner: told.owner || ready.owner,
      imsis: told.imsis.length > 0 ? told.imsis : ready.imsis,
    };
  }

  async function ended(role: Role, why: string): Promise<void> {
    const subject = running.get(role);
    if (!subject) return;
    if (!(await exited(subject.child, endMs))) {
      subject.child.kill('SIGKILL');
      throw new Error(`${role} neither ran nor ended after its ${why} was killed:\n${subject.output()}`);
    }
    running.delete(role);
  }

  return {
    ready: () => ready,
    async start() {
      const [first, ...others] = roles[layout];
      await startRole(first!);
      await Promise.all(others.map(startRole));
    },
    async kill(victim, which) {
      const isServer = victim === 'server' || victim === 'postmaster' || victim === 'backend';
      if (victim === 'group') for (const { child } of running.values()) child.kill('SIGKILL');
      if (victim === 'group') await killServer(given.config.home, 'server', which);
      else if (isServer) await killServer(given.config.home, victim, which);
      else running.get(victim)?.child.kill('SIGKILL');
      if (victim === 'backend') return;
      const dead = victim === 'group' ? roles[layout] : isServer ? endsWithServer : [victim];
      for (const role of dead) await ended(role, victim);
    },
    missing: () =>
      roles[layout].filter((role) => {
        const child = running.get(role)?.child;
        return !child || child.exitCode !== null || child.signalCode !== null;
      }),
    async stop() {
      for (const role of roles[layout].toReversed()) {
        await stopSubject(running.get(role)!);
        running.delete(role);
      }
    },
    clearAway() {
      for (const { child } of running.values()) child.kill('SIGKILL');
      clearAway(given.config.home);
    },
  };
}
