import { Loader, Modal, TextInput, useMantineColorScheme } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconDeviceSim, IconHelp, IconMoon, IconPlus, IconSearch, IconSun } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ComponentType, type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { listPlans } from '../api/plans.ts';
import { listPools } from '../api/pools.ts';
import { listSims } from '../api/sims.ts';
import { listCompanies } from '../api/tenancy.ts';
import { Status } from '../ui/status.tsx';
import { navFor } from './nav.ts';
import { may, useMe } from './session.ts';
import './palette.css';

type Entry = {
  id: string;
  label: string;
  detail?: React.ReactNode;
  icon: ComponentType<{ size?: number; stroke?: number }>;
  mono?: boolean;
  words?: string;
  run: () => void;
};
type Group = { label: string; entries: Entry[] };

/** Everything one can go to or do, by typing a part of it: any identifier of a SIM, pages, actions. */
export default function Palette({ onClose, onHelp }: { onClose: () => void; onHelp: () => void }) {
  const me = useMe();
  const navigate = useNavigate();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [text, setText] = useState('');
  const [asked] = useDebouncedValue(text.trim(), 150);
  const [chosen, setChosen] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();

  const searching = asked.length >= 2;
  const sims = useQuery({
    queryKey: ['sims', 'palette', asked],
    queryFn: ({ signal }) =>
      listSims(
        { search: asked.replaceAll(/[\s-]/g, '').length > 5 ? asked.replaceAll(/\s/g, '') : asked, limit: 8 },
        signal,
      ),
    enabled: searching && may(me, 'inventory.sim.view'),
  });
  const companies = useQuery({
    queryKey: ['companies', 'palette', asked],
    queryFn: ({ signal }) => listCompanies({ search: asked, limit: 4 }, signal),
    enabled: searching && may(me, 'tenancy.company.view'),
  });
  const plans = useQuery({
    queryKey: ['plans', 'palette', asked],
    queryFn: ({ signal }) => listPlans({ search: asked, limit: 4 }, signal),
    enabled: searching && may(me, 'catalog.plan.view'),
  });

  const pools = useQuery({
    queryKey: ['pools', 'palette', asked],
    queryFn: ({ signal }) => listPools({ search: asked, limit: 4 }, signal),
    enabled: searching && may(me, 'pools.pool.view'),
  });

  const groups = useMemo((): Group[] => {
    const go = (to: string, search?: Record<string, string>) => () =>
      void navigate({ to: to as '/', search: search ?? {} });
    const pages = navFor(me)
      .flatMap((group) => group.items)
      .map(
        (item): Entry => ({
          id: item.to,
          label: item.label,
          icon: item.icon,
          words: item.words ?? '',
          run: go(item.to),
        }),
      );
    const add = (label: string, permission: string, to: string, what: string): Entry[] =>
      may(me, permission) ? [{ id: `${to}+${what}`, label, icon: IconPlus, run: go(to, { add: what }) }] : [];
    const dark = colorScheme !== 'dark';
    const actions: Entry[] = [
      ...add('Upload SIMs', 'inventory.sim.add', '/sims', 'import'),
      ...add('Register a SIM by its code', 'inventory.sim.add', '/sims', 'register'),
      ...add('Send text', 'commands.sms.send', '/messages', 'text'),
      ...add('Send data', 'commands.ip.send', '/messages', 'data'),
      ...add('New fleet', 'inventory.fleet.add', '/fleets', 'fleet'),
      ...(may(me, 'catalog.plan.add')
        ? [{ id: '/plans/new', label: 'New plan', icon: IconPlus, words: 'price offer', run: go('/plans/new') }]
        : []),
      ...add('New zone', 'catalog.zone.edit', '/zones', 'zone'),
      ...(me.actor.companyId === null
        ? [
            ...add('New static pool', 'pools.pool.add', '/pools', 'static'),
            ...add('New dynamic pool', 'pools.pool.add', '/pools', 'dynamic'),
          ]
        : []),
      ...add('New company', 'tenancy.company.add', '/companies', 'company'),
      ...add('New API key', 'developers.api_key.add', '/developers/api-keys', 'key'),
      ...add('Connect a telecom', 'carriers.telecom.add', '/telecoms', 'telecom'),
      {
        id: 'scheme',
        label: dark ? 'Dark appearance' : 'Light appearance',
        icon: dark ? IconMoon : IconSun,
        words: 'theme mode colour',
        run: () => setColorScheme(dark ? 'dark' : 'light'),
      },
      { id: 'keys', label: 'Keys', icon: IconHelp, words: 'help shortcuts keyboard', run: onHelp },
    ];
    const fits = (entry: Entry) =>
      `${entry.label} ${entry.words ?? ''}`.toLowerCase().includes(text.trim().toLowerCase());
    return [
      {
        label: 'SIMs',
        entries: searching
          ? (sims.data?.items ?? []).map((sim) => ({
              id: sim.id,
              label: sim.iccid,
              mono: true,
              icon: IconDeviceSim,
              detail: (
                <>
                  <span className="cut dim">{sim.uniqueName ?? sim.msisdn ?? sim.imsi}</span>
                  <Status status={sim.status} />
                </>
              ),
              run: go(`/sims/${sim.id}`),
            }))
          : [],
      },
      {
        label: 'Companies',
        entries: searching
          ? (companies.data?.items ?? []).map((company) => ({
              id: company.id,
              label: company.name,
              icon: IconSearch,
              detail: <span className="dim">its SIMs</span>,
              run: go('/sims', { company: company.id }),
            }))
          : [],
      },
      {
        label: 'Plans',
        entries: searching
          ? (plans.data?.items ?? []).map((plan) => ({
              id: plan.id,
              label: plan.name,
              icon: IconSearch,
              run: go(`/plans/${plan.id}`),
            }))
          : [],
      },
      {
        label: 'Pools',
        entries: searching
          ? (pools.data?.items ?? []).map((pool) => ({
              id: pool.id,
              label: pool.name,
              icon: IconSearch,
              run: go(`/pools/${pool.id}`),
            }))
          : [],
      },
      { label: 'Pages', entries: pages.filter(fits) },
      { label: 'Actions', entries: actions.filter(fits) },
    ].filter(({ entries }) => entries.length > 0);
  }, [
    me,
    navigate,
    colorScheme,
    setColorScheme,
    onHelp,
    text,
    searching,
    sims.data,
    companies.data,
    plans.data,
    pools.data,
  ]);

  const entries = groups.flatMap((group) => group.entries);
  const current = Math.min(chosen, entries.length - 1);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another text begins at the top.
  useEffect(() => setChosen(0), [text]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the chosen one stays in view.
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [current]);

  function run(entry: Entry | undefined): void {
    if (!entry) return;
    onClose();
    entry.run();
  }
  function onKey(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      setChosen((current + step + entries.length) % Math.max(1, entries.length));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      run(entries[current]);
    }
  }

  let place = -1;
  return (
    <Modal
      opened
      onClose={onClose}
      withCloseButton={false}
      padding={0}
      size="lg"
      yOffset="12dvh"
      centered={false}
      aria-label="Search or jump to"
    >
      <TextInput
        data-autofocus
        size="lg"
        variant="unstyled"
        className="palette-input"
        leftSection={sims.isFetching ? <Loader size={16} /> : <IconSearch size={18} />}
        placeholder="ICCID, IMSI, MSISDN, IMEI, EID, a name, a page or an action"
        aria-label="Search or jump to"
        role="combobox"
        aria-expanded
        aria-controls={id}
        aria-activedescendant={entries[current] ? `${id}-${current}` : undefined}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={onKey}
        maxLength={100}
      />
      <div ref={list} id={id} role="listbox" aria-label="What was found" className="palette-list">
        {groups.map((group) => (
          // biome-ignore lint/a11y/useSemanticElements: groups of a listbox.
          <div key={group.label} role="group" aria-label={group.label}>
            <div className="palette-head" aria-hidden>
              {group.label}
            </div>
            {group.entries.map((entry) => {
              place += 1;
              const at = place;
              const Icon = entry.icon;
              return (
                // biome-ignore lint/a11y/useKeyWithClickEvents: keys go to the input, which names the active option.
                <div
                  key={entry.id}
                  id={`${id}-${at}`}
                  role="option"
                  tabIndex={-1}
                  aria-selected={at === current}
                  className="palette-entry"
                  onMouseMove={() => setChosen(at)}
                  onClick={() => run(entry)}
                >
                  <Icon size={18} stroke={1.6} />
                  <span className={entry.mono ? 'mono' : ''}>{entry.label}</span>
                  <span className="palette-detail">{entry.detail}</span>
                </div>
              );
            })}
          </div>
        ))}
        {entries.length === 0 && (
          <p className="palette-none dim">{sims.isFetching ? 'Searching' : 'Nothing is called that.'}</p>
        )}
      </div>
    </Modal>
  );
}
