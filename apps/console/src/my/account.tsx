import { useState } from 'react';
import { addCard, type Card, getCards, type Language, type Me, removeCard, setLanguage, signOut } from './api.ts';
import { changed, forgetAll, useRead } from './data.ts';
import { goOnWith } from './onward.ts';
import { Badge, Notice, Screen, Waits, Why } from './parts.tsx';
import { go } from './place.ts';
import { languages, useSpoken } from './words.ts';

/** Cards, language, and the way out. */
export function AccountScreen({ me, onChange }: { me: Me; onChange: () => void }) {
  const { words, language } = useSpoken();
  const choose = async (next: Language) => {
    await setLanguage(next);
    onChange();
  };
  const leave = async () => {
    await signOut();
    forgetAll();
    window.location.assign('/my');
  };
  return (
    <Screen title={words.account.title}>
      <Cards me={me} />
      {!me.lookedAt && (
        <fieldset className="choices slim">
          <legend>{words.account.language}</legend>
          {(Object.keys(languages) as Language[]).map((one) => (
            <label key={one} className="choice" lang={one}>
              <input type="radio" name="language" checked={language === one} onChange={() => choose(one)} />
              <span>{languages[one].name}</span>
            </label>
          ))}
        </fieldset>
      )}
      <section className="sheet">
        <p className="fine">{words.account.signedIn}</p>
        <p>{me.name ? `${me.name}, ${me.email}` : me.email}</p>
        <button type="button" className="button" onClick={leave}>
          {words.account.out}
        </button>
      </section>
    </Screen>
  );
}

function Cards({ me }: { me: Me }) {
  const { words } = useSpoken();
  const { data, error, again } = useRead('cards', getCards);
  const [problem, setProblem] = useState<unknown>(null);
  const may = me.permissions.includes('payments.card.edit');
  const add = async () => {
    try {
      const card = await addCard(me.id);
      goOnWith(card.id);
      changed('cards');
      go(`card/${card.id}`);
    } catch (found) {
      setProblem(found);
    }
  };
  return (
    <section className="sheet">
      <h2>{words.account.cards}</h2>
      {!data && <Waits error={error} again={again} />}
      {data?.items.length === 0 && <p className="fine">{words.account.noCards}</p>}
      <ul className="entries">
        {data?.items.map((card) => (
          <CardEntry key={card.id} card={card} may={may} />
        ))}
      </ul>
      {problem !== null && (
        <Notice tone="red">
          <Why error={problem} />
        </Notice>
      )}
      {may && (
        <button type="button" className="button" onClick={add}>
          {words.account.addCard}
        </button>
      )}
    </section>
  );
}

function CardEntry({ card, may }: { card: Card; may: boolean }) {
  const { words } = useSpoken();
  const [asked, setAsked] = useState(false);
  const whole = card.last4 !== null;
  const name = whole ? words.refill.stored(card.brand ?? '', card.last4 ?? '') : words.refill.card;
  const expiry =
    card.expiryMonth && card.expiryYear ? `${String(card.expiryMonth).padStart(2, '0')}/${card.expiryYear}` : null;
  const remove = async () => {
    await removeCard(card.id);
    changed('cards');
  };
  return (
    <li>
      <div>
        <span>{name}</span>
        <span className="fine">
          {expiry && words.account.expires(expiry)}
          {card.default && ` · ${words.account.usual}`}
        </span>
        {card.state === 'expired' && <Badge tone="amber">{words.account.expired}</Badge>}
        {!whole && <Badge tone="amber">{words.account.waiting}</Badge>}
      </div>
      {may && !asked && (
        <button
          type="button"
          className="button small"
          onClick={() => setAsked(true)}
          aria-label={`${words.account.remove}: ${name}`}
        >
          {words.account.remove}
        </button>
      )}
      {asked && (
        <div className="sure" role="alertdialog" aria-label={words.account.removeSure(name)}>
          <span>{words.account.removeSure(name)}</span>
          <button type="button" className="button small red" onClick={remove}>
            {words.account.remove}
          </button>
          <button type="button" className="button small" onClick={() => setAsked(false)}>
            {words.account.keep}
          </button>
        </div>
      )}
    </li>
  );
}
