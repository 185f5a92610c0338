import { useEffect } from 'react';
import { type Card, getCard } from './api.ts';
import { changed, useRead } from './data.ts';
import { goOnward, withWayBack } from './onward.ts';
import { Notice, Screen, Waits } from './parts.tsx';
import { go } from './place.ts';
import { useSpoken } from './words.ts';

const lookMs = 1_000;
const waits = ({ state }: Card) => state === 'created' || state === 'action_needed';

/** What becomes of a card that somebody stores, until it is stored or not. */
export function CardScreen({ id }: { id: string }) {
  const { words } = useSpoken();
  const { data, error, again } = useRead(
    `card ${id}`,
    () => getCard(id),
    (card) => (waits(card) ? lookMs : 0),
  );
  const [url, over] = [data?.actionUrl ?? null, data !== undefined && !waits(data)];
  useEffect(() => goOnward(id, url, `card/${id}`), [id, url]);
  useEffect(() => {
    if (!over) return;
    changed('cards');
    go('account', true);
  }, [over]);
  return (
    <Screen title={words.account.addCard} back="account">
      {data ? <Notice tone="blue">{words.account.addGo}</Notice> : <Waits error={error} again={again} />}
      {url && (
        <a className="button first" href={withWayBack(url, `card/${id}`)}>
          {words.account.open}
        </a>
      )}
    </Screen>
  );
}
