import { ActionIcon, Menu, useMantineColorScheme } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import {
  IconChevronDown,
  IconDeviceDesktop,
  IconHelp,
  IconLogout,
  IconMenu2,
  IconMoon,
  IconSearch,
  IconSun,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { type Me, signOut } from '../api/tenancy.ts';
import { countUnrated } from '../api/usage.ts';
import { number } from '../format/words.ts';
import { usePendingAdjustments } from '../ledger/pending.ts';
import { Clock } from '../ui/time.tsx';
import { useKeys } from './keyboard.ts';
import { useLiveFeed } from './live.ts';
import { Mark } from './mark.tsx';
import { navFor } from './nav.ts';
import type { Search } from './router.tsx';
import { may, useMe } from './session.ts';
import './shell.css';

const Drawer = lazy(() => import('./drawer.tsx'));
const Palette = lazy(() => import('./palette.tsx'));
const Help = lazy(() => import('./help.tsx'));
const Explain = lazy(() => import('../ui/explain/drawer.tsx'));

export function Shell() {
  const me = useMe();
  useLiveFeed(may(me, 'developers.event.view'));
  const [menu, { open: openMenu, close: closeMenu }] = useDisclosure(false);
  // Once it was opened it stays, closed: it closes as it opened, gently.
  const [drawn, setDrawn] = useState(false);
  const [palette, setPalette] = useState(false);
  const [help, setHelp] = useState(false);
  const { pathname, search } = useRouterState({ select: (state) => state.location });
  const { explain } = search as Search;

  // biome-ignore lint/correctness/useExhaustiveDependencies: another page closes what was open above the last one.
  useEffect(closeMenu, [pathname]);
  useKeys({ '?': () => setHelp(true) });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        setPalette((open) => !open);
      }
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);

  return (
    <div className="shell">
      <a className="skip" href="#main">
        Skip to the page
      </a>
      <header className="topbar">
        <ActionIcon
          aria-label="Open the menu"
          size={40}
          onClick={() => {
            setDrawn(true);
            openMenu();
          }}
        >
          <IconMenu2 size={20} />
        </ActionIcon>
        <Link to="/" className="topbar-name" aria-label="Overview">
          <Mark size={22} />
          <span className="cut">{me.organization.name}</span>
        </Link>
        <ActionIcon aria-label="Search" size={40} onClick={() => setPalette(true)}>
          <IconSearch size={20} />
        </ActionIcon>
      </header>
      <aside className="side">
        <Side me={me} onSearch={() => setPalette(true)} onHelp={() => setHelp(true)} />
      </aside>
      <main id="main" className="main" tabIndex={-1}>
        <Outlet />
      </main>
      <Suspense>
        {drawn && (
          <Drawer opened={menu} onClose={closeMenu}>
            <Side me={me} onSearch={() => setPalette(true)} onHelp={() => setHelp(true)} />
          </Drawer>
        )}
      </Suspense>
      <Suspense>
        {palette && <Palette onClose={() => setPalette(false)} onHelp={() => setHelp(true)} />}
        {help && <Help onClose={() => setHelp(false)} />}
        {explain && <Explain id={explain} />}
      </Suspense>
    </div>
  );
}

function Side({ me, onSearch, onHelp }: { me: Me; onSearch: () => void; onHelp: () => void }) {
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const shown = useRef<HTMLElement>(null);
  // Where one is stands in view, though the list is longer than the window.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page has another link that is the one.
  useEffect(() => {
    shown.current?.querySelector('[aria-current]')?.scrollIntoView?.({ block: 'nearest' });
  }, [path]);
  return (
    <div className="side-inner">
      <Link to="/" className="side-name">
        <Mark size={26} />
        <span className="side-name-text">
          <span className="cut strong">{me.organization.name}</span>
          <span className="side-sub cut">{me.organization.sandbox ? 'Sandbox' : 'Simwright'}</span>
        </span>
      </Link>
      <button type="button" className="side-search" onClick={onSearch} aria-label="Search or jump to">
        <IconSearch size={16} stroke={1.75} />
        <span className="side-label">Search</span>
        <kbd className="side-label">{isMac ? '⌘' : 'Ctrl'} K</kbd>
      </button>
      <nav aria-label="Pages" className="side-nav" ref={shown}>
        {navFor(me).map((group) => (
          <div key={group.label ?? 'top'} className="side-group">
            {group.label && <h2 className="side-head side-label">{group.label}</h2>}
            <ul>
              {group.items.map(({ to, label, icon: Icon }) => (
                <li key={to}>
                  <Link to={to as '/'} className="side-link" activeOptions={{ exact: to === '/' }} title={label}>
                    <Icon size={18} stroke={1.6} />
                    <span className="side-label cut">{label}</span>
                    {to === '/unrated' && <UnratedCount />}
                    {to === '/wallets' && <UndecidedCount />}
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </nav>
      <div className="side-foot">
        {me.organization.sandbox && <Clock />}
        <Person me={me} onHelp={onHelp} />
      </div>
    </div>
  );
}

const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent);

function UnratedCount() {
  const { data } = useQuery({ queryKey: ['unrated', 'counts'], queryFn: countUnrated, retry: false });
  const total = data?.total ?? 0;
  if (total === 0) return null;
  return (
    <span className="side-count side-label">
      {number(total)}
      <span className="visually-hidden"> waiting</span>
    </span>
  );
}

/** Adjustments of wallets that wait for somebody to agree. */
function UndecidedCount() {
  const pending = usePendingAdjustments();
  if (pending === 0) return null;
  return (
    <span className="side-count side-label">
      {number(pending)}
      <span className="visually-hidden"> to decide</span>
    </span>
  );
}

function Person({ me, onHelp }: { me: Me; onHelp: () => void }) {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const schemes = [
    { value: 'auto', label: 'As the system', icon: IconDeviceDesktop },
    { value: 'light', label: 'Light', icon: IconSun },
    { value: 'dark', label: 'Dark', icon: IconMoon },
  ] as const;

  async function leave(): Promise<void> {
    await signOut().catch(() => {});
    // A full load: nothing of this person stays in memory.
    window.location.assign('/sign-in');
  }

  return (
    <Menu position="top-start" width={232} withinPortal>
      <Menu.Target>
        <button
          type="button"
          className="side-person"
          aria-label={`Signed in as ${me.actor.name}: settings of this browser`}
        >
          <span className="side-avatar" aria-hidden>
            {initials(me.actor.name)}
          </span>
          <span className="side-name-text side-label">
            <span className="cut">{me.actor.name}</span>
            {me.actor.email && <span className="side-sub cut">{me.actor.email}</span>}
          </span>
          <IconChevronDown size={16} className="side-label" />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Appearance</Menu.Label>
        {schemes.map(({ value, label, icon: Icon }) => (
          <Menu.Item
            key={value}
            leftSection={<Icon size={16} />}
            onClick={() => setColorScheme(value)}
            rightSection={colorScheme === value ? <span className="dim">on</span> : null}
            aria-current={colorScheme === value}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconHelp size={16} />} onClick={onHelp} rightSection={<kbd>?</kbd>}>
          Keys
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void leave()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function initials(name: string): string {
  const words = name.split(/[\s@.]+/).filter(Boolean);
  return words
    .slice(0, 2)
    .map((word) => word.charAt(0).toUpperCase())
    .join('');
}
