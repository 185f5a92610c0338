import { type FormEvent, useEffect, useState } from 'react';
import { ApiError } from '../api/http.ts';
import { askForLink, type LinkShown, readLink, useLink as takeLink } from './api.ts';
import { Notice, Screen, Why } from './parts.tsx';
import { useSpoken } from './words.ts';

/** The token of a link, which stands behind the hash; it is taken out of the address at once. */
export function tokenFromAddress(): string | null {
  const token = /^#link=(link_[0-9a-f_]+)$/.exec(window.location.hash)?.[1] ?? null;
  if (token) window.history.replaceState(null, '', window.location.pathname);
  return token;
}

/** How somebody gets in: by the link they hold, or by one that they ask for. */
export function Enter({ token, onIn }: { token: string | null; onIn: () => void }) {
  const [over, setOver] = useState(false);
  if (token && !over) return <ByLink token={token} onIn={onIn} onOver={() => setOver(true)} />;
  return <AskForOne over={over} />;
}

/** A button uses the link up: what only opens addresses, like a scanner of mail, does not. */
function ByLink({ token, onIn, onOver }: { token: string; onIn: () => void; onOver: () => void }) {
  const { words } = useSpoken();
  const [shown, setShown] = useState<LinkShown | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const problem = (found: unknown) =>
    found instanceof ApiError && found.code === 'link.over' ? onOver() : setError(found);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a link is read once.
  useEffect(() => {
    readLink(token).then(setShown, problem);
  }, [token]);
  const enter = async () => {
    setBusy(true);
    try {
      await takeLink(token);
      onIn();
    } catch (found) {
      setBusy(false);
      problem(found);
    }
  };
  return (
    <Screen title={shown ? words.enter.to(shown.organization) : words.enter.title}>
      {shown && <p className="lead">{words.enter.as(shown.name ?? shown.email)}</p>}
      {error !== null && (
        <Notice tone="red">
          <Why error={error} />
        </Notice>
      )}
      <button type="button" className="button first" disabled={!shown || busy} onClick={enter}>
        {words.enter.go}
      </button>
    </Screen>
  );
}

function AskForOne({ over }: { over: boolean }) {
  const { words, language } = useSpoken();
  const [email, setEmail] = useState('');
  const [sent, setSent] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await askForLink(email.trim(), language);
      setSent(true);
    } catch (found) {
      setError(found);
    }
    setBusy(false);
  };
  if (sent) {
    return (
      <Screen title={words.enter.sent}>
        <p className="lead">{words.enter.sentMore(email.trim())}</p>
        <button type="button" className="button" onClick={() => setSent(false)}>
          {words.enter.other}
        </button>
      </Screen>
    );
  }
  return (
    <Screen title={words.enter.title}>
      {over && (
        <Notice tone="amber" title={words.enter.over}>
          {words.enter.overMore}
        </Notice>
      )}
      <p className="lead">{words.enter.lead}</p>
      <form className="form" onSubmit={send}>
        <label className="field">
          <span>{words.enter.email}</span>
          <input
            type="email"
            name="email"
            autoComplete="email"
            inputMode="email"
            required
            maxLength={254}
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
        </label>
        {error !== null && (
          <Notice tone="red">
            <Why error={error} />
          </Notice>
        )}
        <button type="submit" className="button first" disabled={busy}>
          {words.enter.send}
        </button>
      </form>
    </Screen>
  );
}
