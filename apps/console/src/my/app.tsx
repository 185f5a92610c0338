import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { ApiError, whenSignedOut } from '../api/http.ts';
import { AccountScreen } from './account.tsx';
import { getMe, type Language, type Me } from './api.ts';
import { AutoScreen, WalletAutoScreen } from './auto.tsx';
import { CardScreen } from './card.tsx';
import { forgetAll, useRead } from './data.ts';
import { Enter, tokenFromAddress } from './enter.tsx';
import { formatFor } from './format.ts';
import { HomeScreen } from './home.tsx';
import { Screen, Waits } from './parts.tsx';
import { PaymentScreen } from './payment.tsx';
import { go, usePlace } from './place.ts';
import { ReceiptsScreen } from './receipts.tsx';
import { RefillSim, RefillWallet } from './refill.tsx';
import { WalletScreen } from './wallet.tsx';
import { deviceLanguage, languages, SpokenContext, useSpoken } from './words.ts';

/** The end user's pages: who one is, then one of a handful of screens. */
export function App() {
  const [token, setToken] = useState(tokenFromAddress);
  const [out, setOut] = useState(false);
  const { data: me, error, again } = useRead('me', getMe);
  useEffect(() => whenSignedOut(() => setOut(true)), []);
  const stranger = out || (error instanceof ApiError && error.status === 401);
  const enter = () => {
    forgetAll();
    setToken(null);
    setOut(false);
    go('', true);
    again();
  };
  if (token || stranger) {
    return (
      <Speaking me={null}>
        <Enter token={token} onIn={enter} />
      </Speaking>
    );
  }
  return (
    <Speaking me={me ?? null}>
      {me ? (
        <Inside me={me} onChange={again} />
      ) : (
        <main className="screen">
          <Waits error={error} again={again} />
        </main>
      )}
    </Speaking>
  );
}

function Speaking({ me, children }: { me: Me | null; children: ReactNode }) {
  const language: Language = me?.language ?? deviceLanguage();
  const [timeZone, unitBase] = [me?.timeZone ?? 'UTC', me?.unitBase ?? 1000];
  const spoken = useMemo(
    () => ({ language, words: languages[language].words, format: formatFor(language, timeZone, unitBase) }),
    [language, timeZone, unitBase],
  );
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  return <SpokenContext value={spoken}>{children}</SpokenContext>;
}

function Inside({ me, onChange }: { me: Me; onChange: () => void }) {
  const { words } = useSpoken();
  const place = usePlace();
  return (
    <>
      {me.lookedAt && (
        <p className="looking" role="status">
          {words.looking(me.name ?? me.email)}
        </p>
      )}
      <Chosen me={me} place={place} onChange={onChange} />
      <Tabs at={place[0] ?? ''} />
    </>
  );
}

function Chosen({ me, place, onChange }: { me: Me; place: string[]; onChange: () => void }) {
  const { words } = useSpoken();
  const [first = '', second = ''] = place;
  switch (first) {
    case '':
      return <HomeScreen me={me} />;
    case 'refill':
      return <RefillSim key={second} me={me} sim={second} />;
    case 'auto':
      return <AutoScreen key={second} me={me} sim={second} />;
    case 'wallet':
      if (second === 'auto') return <WalletAutoScreen me={me} />;
      return second === 'refill' ? <RefillWallet me={me} /> : <WalletScreen me={me} />;
    case 'payment':
      return <PaymentScreen key={second} id={second} />;
    case 'receipts':
      return <ReceiptsScreen />;
    case 'card':
      return <CardScreen id={second} />;
    case 'account':
      return <AccountScreen me={me} onChange={onChange} />;
    default:
      return (
        <Screen title={words.notThere} back="">
          {null}
        </Screen>
      );
  }
}

const icons: Record<string, string> = {
  '': 'M7 3h7l4 4v14H7a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1zM9.5 12h5v5h-5z',
  wallet: 'M4 7h15a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V6a2 2 0 0 1 2-2h11M16 13h.5',
  receipts: 'M6 3h12v18l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6',
  account: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM5 20a7 7 0 0 1 14 0',
};

function Tabs({ at }: { at: string }) {
  const { words } = useSpoken();
  const tabs: [string, string][] = [
    ['', words.tabs.home],
    ['wallet', words.tabs.wallet],
    ['receipts', words.tabs.receipts],
    ['account', words.tabs.account],
  ];
  const own = { refill: '', auto: '', payment: 'receipts', card: 'account' }[at] ?? at;
  return (
    <nav className="tabs">
      {tabs.map(([path, label]) => (
        <a
          key={path}
          href={path === '' ? '/my' : `/my/${path}`}
          aria-current={own === path ? 'page' : undefined}
          onClick={(event) => {
            if (event.metaKey || event.ctrlKey || event.shiftKey) return;
            event.preventDefault();
            go(path);
          }}
        >
          <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
            <path
              d={icons[path]}
              fill="none"
              stroke="currentColor"
              strokeWidth="1.75"
              strokeLinejoin="round"
              strokeLinecap="round"
            />
          </svg>
          {label}
        </a>
      ))}
    </nav>
  );
}
